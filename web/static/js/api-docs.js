// Starts Swagger UI. A file of its own, because the pages allow no inline script.
const place = document.getElementById("api");
SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor(request) {
    // The login cookie goes along by itself; a write by cookie needs the token against forgery too.
    request.headers["X-CSRFToken"] = place.dataset.csrf;
    return request;
  },
});

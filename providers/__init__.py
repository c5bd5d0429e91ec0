"""Outside systems behind interfaces of ours: one package per family, each with `base.py` and one module an adapter."""

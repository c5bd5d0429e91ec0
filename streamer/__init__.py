"""The process that supervises FFmpeg, one for each channel; web processes only ask, wait and serve."""

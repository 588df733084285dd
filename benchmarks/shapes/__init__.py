"""Books as companies keep them, each with what is true of it: how much is read rightly on the first night."""

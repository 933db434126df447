"""Deep Zoom tiles by OpenSlide's own generator, or by large_image, over HTTP/1.1 with a thread for each connection: what people run today."""
import io
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

name, path, tile = sys.argv[1], sys.argv[2], int(sys.argv[3])

if name == "openslide":
    import openslide
    from openslide.deepzoom import DeepZoomGenerator

    zoom = DeepZoomGenerator(openslide.open_slide(path), tile_size=tile, overlap=0)

    def jpeg(level, x, y):
        out = io.BytesIO()
        # The quality of OpenSlide's own deepzoom_server.py.
        zoom.get_tile(level, (x, y)).save(out, "jpeg", quality=75)
        return out.getvalue()

else:
    import math

    import large_image

    source = large_image.open(path, encoding="JPEG", jpegQuality=75)
    meta = source.getMetadata()
    last = math.ceil(math.log2(max(meta["sizeX"], meta["sizeY"])))

    def jpeg(level, x, y):
        # Its level 0 is one tile, Deep Zoom's is one pixel.
        return source.getTile(x, y, meta["levels"] - 1 - (last - level))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        level, place = self.path.strip("/").split("/")
        x, y = place.split(".")[0].split("_")
        data = jpeg(int(level), int(x), int(y))
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(json.dumps({"base": f"http://127.0.0.1:{server.server_address[1]}"}), flush=True)
server.serve_forever()

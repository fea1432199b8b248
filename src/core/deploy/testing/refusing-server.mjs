import http from "node:http";

// Runs in a process of its own, so that it goes on while the test's own event loop is held up.
const error = "write /m/blobs/sha256-123: no space left on device";
const server = http.createServer((request, response) => {
  let seen = 0;
  request.on("data", (piece) => {
    seen += piece.length;
    if (seen < 1 << 16 || response.writableEnded) return;
    request.pause();
    response.writeHead(500, { "Content-Type": "application/json", Connection: "close" });
    response.end(JSON.stringify({ error }), () => request.destroy());
  });
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));

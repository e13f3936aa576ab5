// Put before the package's worker script: tells how much memory the worker's modules have, which never shrinks.
const instances = [];
const remember = (result) => {
  instances.push(result.instance ?? result);
  return result;
};
for (const name of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...parameters) => remember(await original.apply(WebAssembly, parameters));
}
const channel = new BroadcastChannel("memory-probe");
channel.onmessage = ({ data }) => {
  if (data !== "report") return;
  const memories = instances.map((instance) => instance.exports.memory?.buffer.byteLength ?? 0);
  channel.postMessage({ bytes: memories.reduce((sum, bytes) => sum + bytes, 0) });
};

// One graph in ELK's JSON in, the same graph with places out.
function layOut(text) {
  self.onmessage({ data: { id: 0, cmd: "register", algorithms: ["layered"] } });
  self.onmessage({ data: { id: 1, cmd: "layout", graph: JSON.parse(text), layoutOptions: {}, options: {} } });
  if (answered.error) throw new Error(answered.error.message || "no layout");
  return JSON.stringify(answered.data);
}

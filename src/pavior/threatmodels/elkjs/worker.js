// What the layout expects of a web worker, as far as it needs it, in an engine that has none of it.
"use strict";
var self = globalThis;
var answered = null;
self.postMessage = (message) => { answered = message; };
self.setTimeout = (call) => { call(); };
self.console = { log() {}, warn() {}, error() {} };

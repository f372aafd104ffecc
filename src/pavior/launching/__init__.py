"""Starting things and stopping exactly what was started: server, worker, sandbox, the walk of the demo."""

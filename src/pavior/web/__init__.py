"""The portal: server-rendered pages that work without JavaScript, and show live logs with it."""

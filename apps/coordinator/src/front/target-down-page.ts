/** What a browser shows while the dashboard is not up; it tries again by itself. */
export const targetDownPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>Starling: the dashboard is not up</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 20vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.25rem; }
</style>
</head>
<body>
<h1>The dashboard is not up</h1>
<p>The coordinator runs, and so do its sweeps; only the pages are missing. This page tries again every 3 seconds.</p>
<p>If it stays, look at the dashboard's log, or run <code>starling doctor</code>.</p>
</body>
</html>
`;

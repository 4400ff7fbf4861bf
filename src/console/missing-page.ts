/** Shown in place of the console when its files were not built. */
export const MISSING_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Bellwether: console is not built</title>
<h1>The console is not built yet</h1>
<p>Run this in the repository, then load this page again:</p>
<pre>npm run build</pre>
<p>The relay and the Elasticsearch API work without it.</p>
</html>
`

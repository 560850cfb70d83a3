import { html, type Markup, raw } from './markup.ts';

/** A page that opens from disk, without a network. `script` is trusted text. */
export function pageText(title: string, css: string, body: Markup, script: string): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>${raw(css)}</style>
</head>
<body>
${body}
<script>${raw(script)}</script>
</body>
</html>
`;
  return markup;
}

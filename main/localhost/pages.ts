/** The page for a visitor without the cookie: how to open the workbench. */
export const lockedPage = plainPage(
  'This page is locked',
  'Open the workbench with the link that its command prints: each link works once, in one browser. ' +
    'For a new link, run “npm start” or “npm run serve” in another terminal.',
);

/** A page of one heading and one paragraph, without scripts or styles from elsewhere. */
function plainPage(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · Tangent Workbench</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto; padding: 0 1.5rem; }
      h1 { font-size: 1.4rem; }
    </style>
  </head>
  <body>
    <h1>${title}</h1>
    <p>${text}</p>
  </body>
</html>
`;
}

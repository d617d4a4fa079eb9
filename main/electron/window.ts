import { BrowserWindow, session } from 'electron';

/** Where the window finds its page and its preload script. */
export interface WindowOptions {
  readonly pageUrl: string;
  readonly preload: string;
}

/** Opens the one window: sandboxed, unable to go anywhere but to its own page. */
export async function openWindow({ pageUrl, preload }: WindowOptions): Promise<BrowserWindow> {
  refusePermissions();
  const window = new BrowserWindow({
    width: 1280,
    height: 820,
    minWidth: 900,
    minHeight: 560,
    show: false,
    title: 'Tangent Workbench',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.on('will-redirect', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  window.once('ready-to-show', () => window.show());
  await window.loadURL(pageUrl);
  return window;
}

/** The page copies text, which needs a permission; it needs no other. */
function refusePermissions(): void {
  const isAllowed = (permission: string): boolean => permission === 'clipboard-sanitized-write';
  session.defaultSession.setPermissionRequestHandler((_, permission, decide) =>
    decide(isAllowed(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_, permission) => isAllowed(permission));
}

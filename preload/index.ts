import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Doorway } from '#contract/doorway';
import { doorwayName, portMessage, portRequest } from '#contract/doorway';

const doorway: Doorway<File> = {
  requestPort: () => ipcRenderer.send(portRequest),
  pathOf: (file) => webUtils.getPathForFile(file),
};

// Ports cannot pass the context bridge, so the port goes on as a message to the page's own window.
ipcRenderer.on(portMessage, ({ ports }) => {
  window.postMessage(portMessage, window.location.origin, [...ports]);
});

contextBridge.exposeInMainWorld(doorwayName, doorway);

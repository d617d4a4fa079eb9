import { ipcMain, MessageChannelMain } from 'electron';
import type { IpcMainEvent, MessagePortMain } from 'electron';
import type { ConnectionHandler } from '#api/transport/connection-handler';
import { servePort, type HostPort } from '#api/transport/port-socket';
import { portMessage, portRequest } from '#contract/doorway';

/**
 * Gives the main frame of our own page a message port on which the router is served. A page that
 * asks again, after a reload, gets a new port and loses the old one; other senders get nothing.
 *
 * @param pageUrl the page that is trusted, by origin
 * @param serve serves the router to one connection
 */
export function bridgePorts(pageUrl: string, serve: ConnectionHandler): void {
  const closeByFrame = new Map<number, () => void>();
  ipcMain.on(portRequest, (event) => {
    const frame = event.senderFrame;
    if (frame === null || !isTrusted(event, pageUrl)) return;
    const { port1, port2 } = new MessageChannelMain();
    closeByFrame.get(event.sender.id)?.();
    closeByFrame.set(event.sender.id, servePort(toHostPort(port1), serve));
    frame.postMessage(portMessage, null, [port2]);
  });
}

function isTrusted({ sender, senderFrame }: IpcMainEvent, pageUrl: string): boolean {
  return (
    senderFrame !== null && senderFrame === sender.mainFrame && baseOf(senderFrame.url) === baseOf(pageUrl)
  );
}

/** Scheme and host; `URL.origin` is opaque for schemes of our own. */
function baseOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function toHostPort(port: MessagePortMain): HostPort {
  port.start();
  return {
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
    onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => void port.on('close', listener),
  };
}

/**
 * What the preload script puts on the window of an Electron page. A page without it was served by
 * localhost and uses a WebSocket. `DroppedFile` is the browser's `File`, which this room does not know.
 */
export interface Doorway<DroppedFile> {
  /** Asks the host for a message port, which arrives as a window message of {@link portMessage}. */
  requestPort(): void;
  /** Says where a file or folder lies that was dropped on the page, which a browser keeps to itself. */
  pathOf(file: DroppedFile): string;
}

/** Name of the {@link Doorway} on the window. */
export const doorwayName = 'tangentDoorway';

/** Data of the window message that carries the port, and name of the channels that lead to it. */
export const portMessage = 'tangent:port';

/** Electron channel on which a page asks for its port. */
export const portRequest = 'tangent:request-port';

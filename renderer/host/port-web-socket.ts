/**
 * Makes a WebSocket class whose one connection is a message port, the mirror of the host's port
 * socket; only what tRPC's client uses. A port cannot be reopened: a second socket fails.
 *
 * @param port the page's end of the channel to the host
 */
export function portWebSocket(port: MessagePort): typeof WebSocket {
  let isUsed = false;

  class PortWebSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    // tRPC reads these from the instance as well.
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;
    binaryType: BinaryType = 'arraybuffer';
    readyState: number = PortWebSocket.CONNECTING;

    constructor() {
      super();
      const isFirst = !isUsed;
      isUsed = true;
      // From a timer and not a microtask: tRPC adds its listeners only after some microtasks.
      setTimeout(() => (isFirst ? this.#open() : this.#end('error')));
    }

    send(message: string | Uint8Array): void {
      port.postMessage(message);
    }

    close(): void {
      port.close();
      this.#end('close');
    }

    #open(): void {
      this.readyState = PortWebSocket.OPEN;
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        this.dispatchEvent(new MessageEvent('message', { data }));
      });
      port.addEventListener('close', () => this.#end('close'));
      port.start();
      this.dispatchEvent(new Event('open'));
    }

    #end(type: 'close' | 'error'): void {
      if (this.readyState === PortWebSocket.CLOSED) return;
      this.readyState = PortWebSocket.CLOSED;
      this.dispatchEvent(new Event(type));
    }
  }

  return PortWebSocket as unknown as typeof WebSocket;
}

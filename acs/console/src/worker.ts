// The shared worker: one stream for all tabs of this browser.
import { Hub, type FromHub, type ToHub } from "./hub";

const hub = new Hub();

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = (event) => {
  const port = event.ports[0]!;
  const listener = (message: FromHub) => port.postMessage(message);
  hub.join(listener);
  port.onmessage = (message: MessageEvent<ToHub>) => hub.hear(listener, message.data);
};

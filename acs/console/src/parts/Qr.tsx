// A QR code to join a Wi-Fi network, drawn as one path: the password goes nowhere but to the screen.
import { encode } from "uqr";

/** Backslash, semicolon, comma, colon and quote have a meaning in it. */
const escape = (text: string) => text.replace(/([\\;,:"])/g, "\\$1");

export const joinText = (ssid: string, password: string, hidden: boolean) =>
  `WIFI:T:WPA;S:${escape(ssid)};P:${escape(password)};${hidden ? "H:true;" : ""};`;

export function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 2, ecc: "M" });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

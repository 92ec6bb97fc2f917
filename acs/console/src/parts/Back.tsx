// Who of those on the Wi-Fi has come back since it was changed.
import type { Home } from "../state/home";
import { whoIsBack } from "../state/returning";
import { t } from "../i18n";
import { Icon } from "./Icon";

const NAMED = 4;

/** of: that action only; without it whatever was changed last. */
export function Back({ home, of }: { home: Home; of?: string }) {
  const returning = home.returning.value;
  if (!returning || (of && returning.action !== of)) return null;
  const words = t().wifi;
  const back = whoIsBack(home, returning);
  const missing = [...returning.awaited].filter(([mac]) => !back.has(mac)).map(([, name]) => name);
  const rest = missing.length > NAMED ? [...missing.slice(0, NAMED), "…"] : missing;
  const tone = missing.length === 0 ? "ok" : returning.isOver ? "warn" : "busy";
  return (
    <p class={"back note tone-" + tone} role="status">
      <Icon name="wifi" />
      <span>
        {missing.length === 0 ? words.allBack(returning.awaited.size) : words.someBack(back.size, returning.awaited.size)}
        {missing.length > 0 && <span class="muted"> {(returning.isOver ? words.notBack : words.awaited)(rest.join(", "))}</span>}
      </span>
    </p>
  );
}

// News at the lower edge, and the countdown of what is about to happen.
import { countdown, dismiss, stopCountdown, toasts } from "../state/toasts";
import { t } from "../i18n";
import { useKeys } from "../state/keys";
import { Icon } from "./Icon";

function Countdown() {
  const current = countdown.value;
  useKeys(current ? { Escape: stopCountdown } : {});
  if (!current) return null;
  return (
    <div class="toast tone-warn countdown">
      <progress max={5} value={current.left} aria-hidden="true" />
      <span>{current.label(current.left)}</span>
      <button type="button" class="button" onClick={stopCountdown}>
        {t().app.cancel} <kbd aria-hidden="true">Esc</kbd>
      </button>
    </div>
  );
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={"toast tone-" + toast.tone}>
          <Icon name={toast.tone === "bad" ? "alert" : "check"} />
          <span>{toast.text}</span>
          {toast.action && (
            <button type="button" class="button" onClick={() => (toast.action!.run(), dismiss(toast.id))}>
              {toast.action.label}
            </button>
          )}
          <button type="button" class="icon-button" aria-label={t().app.close} onClick={() => dismiss(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
      <Countdown />
    </div>
  );
}

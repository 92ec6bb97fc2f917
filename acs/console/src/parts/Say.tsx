// What is read out to the customer, with one key to copy it. The script that is shown last is the one that "c" copies.
import { useRef } from "preact/hooks";
import { useKeys } from "../state/keys";
import { t } from "../i18n";
import { copyText } from "./basic";
import { Icon } from "./Icon";
import { Keys } from "./basic";

export function Say({ text, onCopy }: { text: string; onCopy?: () => void }) {
  const copy = () => (onCopy?.(), void copyText(text, t().verdict.scriptCopied));
  const figure = useRef<HTMLElement>(null);
  useKeys({ c: copy }, () => !!figure.current?.closest("dialog"));
  return (
    <figure class="say" ref={figure}>
      <figcaption>
        <Icon name="quote" />
        <span>{t().verdict.say}</span>
        <button type="button" class="link" onClick={copy}>
          {t().verdict.copyScript} <Keys keys="c" />
        </button>
      </figcaption>
      <blockquote>“{text}”</blockquote>
    </figure>
  );
}

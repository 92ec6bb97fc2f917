// What is read out to the customer, with one key to copy it. The script that is shown last is the one that "c" copies.
import { useKeys } from "../state/keys";
import { t } from "../i18n";
import { copyText } from "./basic";
import { Icon } from "./Icon";
import { Keys } from "./basic";

export function Say({ text }: { text: string }) {
  const copy = () => void copyText(text, t().verdict.scriptCopied);
  useKeys({ c: copy });
  return (
    <figure class="say">
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

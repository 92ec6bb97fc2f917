// All keys on one sheet, and the switch that turns them off.
import { t } from "../i18n";
import { keepPreferences } from "../state/session";
import { shortcutsOpen } from "../state/keys";
import { shortcutsOn } from "../state/language";
import { Dialog } from "../parts/Dialog";
import { Keys } from "../parts/basic";

function Group({ title, rows }: { title: string; rows: Array<[string, string]> }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="shortcut-list">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              <Keys keys={keys} />
              <span class="unseen">{keys}</span>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Shortcuts() {
  const words = t().shortcuts;
  const actions = t().actions;
  const close = () => (shortcutsOpen.value = false);
  const turn = () => {
    shortcutsOn.value = !shortcutsOn.value;
    void keepPreferences();
  };
  return (
    <Dialog title={words.title} onClose={close} wide>
      <div class="shortcut-groups">
        <Group
          title={words.groups.customer}
          rows={[
            ["w", actions.wifi],
            ["r", actions.restart],
            ["t", actions.test],
            ["k", actions.channel],
            ["p", actions.pppoe],
            ["f", actions.firmware],
            ["z", actions.reset],
            ["u", words.refresh],
            ["g", words.guide],
            ["c", words.script],
            [". .. ...", words.copy],
            ["1 … 7", words.pages],
          ]}
        />
        <div>
          <Group
            title={t().escalate.keys.group}
            rows={[
              ["n", t().escalate.keys.note],
              ["e", t().escalate.keys.escalate],
              ["x", t().escalate.keys.close],
            ]}
          />
          <Group
            title={words.groups.everywhere}
            rows={[
              ["/", words.search],
              ["?", words.sheet],
              ["⇧→ ⇧← ⇧W", words.tabs],
            ]}
          />
          <Group
            title={words.groups.dialogs}
            rows={[
              ["Ctrl ⏎", words.confirm],
              ["Esc", words.dismiss],
            ]}
          />
          <div class="tick">
            <input id="shortcuts-on" type="checkbox" checked={shortcutsOn.value} onChange={turn} />
            <label for="shortcuts-on">{words.on}</label>
          </div>
        </div>
      </div>
    </Dialog>
  );
}

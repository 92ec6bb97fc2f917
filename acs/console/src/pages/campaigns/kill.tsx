// What stops everything: whoever holds campaigns.halt puts it on from any page; a banner on every page says so; two people put it off.
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, post, type KillSwitchList } from "../../api";
import { when } from "../../format";
import { t, wordFor } from "../../i18n";
import { campaigns } from "../../i18n/campaigns";
import { can, isUser, me } from "../../state/session";
import { tell } from "../../state/toasts";
import { Button, ProblemNote } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Area, Choice } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { useTask } from "../../parts/useTask";

type Switch = KillSwitchList["data"][number];

const ASK_MS = 5000;
const KIND = "kind:"; // an action of one type

const switches = signal<Switch[]>([]);

const load = () => get<KillSwitchList>("/kill-switches").then(
  ({ data }) => void (switches.value = data),
  () => undefined, // what was known stays; that the server is away is said elsewhere
);

export function scopeInWords(scope: string): string {
  const words = campaigns().kill;
  return scope.startsWith(KIND) ? words.scopeKind(wordFor(t().actions.names, scope.slice(KIND.length))) : wordFor(words.scopes, scope);
}

function Release({ one }: { one: Switch }) {
  const words = campaigns().kill;
  const task = useTask();
  const isMine = one.release_by !== null && one.release_by === me.value?.login;
  const isLast = one.release_by !== null;
  const send = () =>
    void task
      .run(async () => (switches.value = (await post<KillSwitchList>("/kill-switches/release", { scope: one.scope })).data))
      .then((done) => done && tell("ok", isLast ? words.off : words.released));
  return (
    <>
      {isMine ? <span>{words.waits}</span> : <Button label={isLast ? words.confirmRelease : words.release} busy={task.busy} onPress={send} />}
      <ProblemNote problem={task.problem} />
    </>
  );
}

export function KillBanner() {
  const words = campaigns().kill;
  useEffect(() => {
    void load();
    const timer = setInterval(() => document.hidden || void load(), ASK_MS);
    return () => clearInterval(timer);
  }, []);
  if (switches.value.length === 0) return null;
  return (
    <div class="banner tone-bad kill" role="alert">
      <Icon name="alert" />
      <ul class="plain-list">
        {switches.value.map((one) => (
          <li key={one.scope}>
            <span>
              <b>{words.banner(scopeInWords(one.scope))}</b> “{one.reason}” · {words.by(one.put_by, when(one.put_at))}
              {one.release_by !== null && " · " + words.asked(one.release_by)}
            </span>
            {can("campaigns.halt") && isUser.value && <Release one={one} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function StopAll({ onClose }: { onClose: () => void }) {
  const words = campaigns().kill;
  const task = useTask();
  const scope = useSignal("campaigns");
  const kind = useSignal("firmware.install");
  const why = useSignal("");
  const what = () => (scope.value === KIND ? KIND + kind.value : scope.value);
  const send = () =>
    void task
      .run(async () => (switches.value = (await post<KillSwitchList>("/kill-switches", { scope: what(), reason: why.value.trim() })).data))
      .then((done) => done && (tell("ok", words.isOn), onClose()));
  return (
    <Dialog
      title={words.title}
      onClose={onClose}
      problem={task.problem}
      confirm={{ label: words.confirm, onConfirm: send, busy: task.busy, danger: true, reason: why.value.trim() ? null : words.reasonNeeded }}
    >
      <p>{words.hint}</p>
      <Choice label={words.scope} value={scope} choices={{ ...words.scopes, [KIND]: words.oneKind }} />
      {scope.value === KIND && <Choice label={words.kind} value={kind} choices={t().actions.names} />}
      <Area label={campaigns().reason} value={why} maxLength={1000} rows={2} autofocus />
    </Dialog>
  );
}

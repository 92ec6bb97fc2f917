// A secret is shown to one person, for a reason that is kept, and is gone when the window is closed.
import { useSignal } from "@preact/signals";
import { post, Problem, type Answers } from "../api";
import { t } from "../i18n";
import { draft, forget } from "../state/drafts";
import type { Home } from "../state/home";
import { Button, copyText, Empty } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/fields";
import { useLoad } from "../parts/useLoad";

type Secret = Answers["secret_reveal"];

export function Reveal({ home, close }: { home: Home; close: () => void }) {
  const words = t().wifi;
  const reason = draft("reveal." + home.id);
  const shown = useSignal<Secret[]>([]);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const { data } = useLoad<Answers["secret_list"]>(`/devices/${home.id}/secrets`);
  const names = (data?.data ?? []).map((secret) => secret.name).filter((name) => name.endsWith("passphrase"));
  const show = async () => {
    busy.value = true;
    try {
      const asked = names.map((name) => post<Secret>(`/devices/${home.id}/secrets/${name}/reveal`, { reason: reason.value }));
      shown.value = await Promise.all(asked);
      forget("reveal." + home.id);
    } catch (error) {
      problem.value = error as Problem;
    }
    busy.value = false;
  };
  const ready = shown.value.length > 0;
  return (
    <Dialog
      title={words.showTitle}
      subtitle={words.showHint}
      onClose={close}
      problem={problem.value}
      confirm={ready || names.length === 0 ? undefined : { label: words.show, onConfirm: () => void show(), busy: busy.value, reason: reason.value.trim() ? null : words.showReason }}
    >
      {data && names.length === 0 && <Empty icon="eye" text={words.noSecret} />}
      {!ready && names.length > 0 && <Field label={words.showReason} value={reason} maxLength={500} autofocus />}
      {shown.value.map((secret) => (
        <p key={secret.name} class="secret">
          <span class="muted">{words.band[secret.name.split(".")[1] as "2g"] ?? secret.name}</span>
          <strong class="mono">{secret.value}</strong>
          <Button label={t().app.copy} icon="copy" onPress={() => void copyText(secret.value, t().app.copied)} />
        </p>
      ))}
    </Dialog>
  );
}

// Hard to undo: what it erases, what comes back, a reason, and the last four characters of the serial, typed.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { draft, forget } from "../state/drafts";
import type { Home } from "../state/home";
import { useLoad } from "../parts/useLoad";
import type { Answers } from "../api";
import { Dialog } from "../parts/Dialog";
import { Choice, Field, Tick } from "../parts/fields";
import { Icon } from "../parts/Icon";
import { Say } from "../parts/Say";
import { useAction } from "../parts/useAction";
import { isLastOf, LAST, lastOf } from "./serial";

function useSecrets(home: Home) {
  const { data } = useLoad<Answers["secret_list"]>(`/devices/${home.id}/secrets`);
  const names = (data?.data ?? []).map((secret) => secret.name);
  return { wifi: names.some((name) => /^wifi\..*passphrase$/.test(name)), login: names.includes("wan.ppp.password") };
}

export function FactoryReset({ home, close }: { home: Home; close: () => void }) {
  const words = t().reset;
  const serial = home.device.value!.serial;
  const last = lastOf(serial);
  const typed = useSignal("");
  const wifi = useSignal(true);
  const login = useSignal(true);
  const reason = draft("reset." + home.id, "forgot");
  const known = useSecrets(home);
  const { run, busy, problem } = useAction(home);
  const ppp = home.value("wan.ppp.username") !== undefined;
  useEffect(() => {
    if (!(reason.value in words.reasons)) reason.value = "forgot";
  }, []);
  const send = async () => {
    const keep = [wifi.value && "wifi", login.value && ppp && "pppoe"].filter(Boolean);
    const told = words.reasons[reason.value as keyof typeof words.reasons];
    if (!(await run("factory_reset", { keep }, told))) return;
    forget("reset." + home.id);
    close();
  };
  const fits = isLastOf(typed.value, serial);
  return (
    <Dialog
      title={words.title}
      subtitle={serial}
      onClose={close}
      problem={problem}
      confirm={{ label: words.confirm, danger: true, onConfirm: () => void send(), busy, reason: fits ? null : `${words.type} ${last}` }}
    >
      <p>
        <strong>{words.erases}</strong> {words.time}
      </p>
      <Tick label={words.keepWifi} value={wifi} hint={wifi.value && !known.wifi ? words.unknownWifi : undefined} />
      {ppp && <Tick label={words.keepPppoe} value={login} />}
      {ppp && !known.login && (
        <p class="note tone-bad">
          <Icon name="alert" />
          <span>{words.noLogin}</span>
        </p>
      )}
      <Say text={words.say} />
      <Choice label={words.reason} value={reason} choices={words.reasons} />
      <Field label={`${words.type} ${last}`} value={typed} maxLength={LAST} mono autofocus />
    </Dialog>
  );
}

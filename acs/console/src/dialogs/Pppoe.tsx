// The login of the connection, sent again: proved by the connection coming up with it.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Home } from "../state/home";
import { Dialog } from "../parts/Dialog";
import { Field, Password } from "../parts/fields";
import { Icon } from "../parts/Icon";
import { Say } from "../parts/Say";
import { useAction } from "../parts/useAction";
import { toldWord } from "../views/VerdictCard";

export function Pppoe({ home, close }: { home: Home; close: () => void }) {
  const words = t().pppoe;
  const login = useSignal(home.text("wan.ppp.username") ?? "");
  const known = useRef(login.value !== "").current; // what is left to type has the focus
  const password = useSignal("");
  const { run, busy, problem } = useAction(home);
  const error = home.text("wan.ppp.last_error");
  const send = async () => {
    if (await run("wan.set_pppoe", { username: login.value.trim(), password: password.value })) close();
  };
  const whole = login.value.trim() !== "" && password.value !== "";
  return (
    <Dialog
      title={words.title}
      subtitle={home.device.value!.serial}
      onClose={close}
      problem={problem}
      confirm={{ label: words.confirm, onConfirm: () => void send(), busy, reason: whole ? null : `${words.login}, ${words.password}: ${t().app.required}` }}
    >
      {error && !/^(none|error_none)$/i.test(error) && (
        <p class="note tone-warn">
          <Icon name="alert" />
          <span>{words.lastError(toldWord(error))}</span>
        </p>
      )}
      <Field label={words.login} value={login} mono maxLength={256} autofocus={!known} />
      <Password label={words.password} value={password} maxLength={256} autocomplete="off" autofocus={known} />
      <p class="muted">{words.hint}</p>
      <Say text={words.say} />
    </Dialog>
  );
}

// A device that came with the password of the factory says that it is the customer's; that somebody has to confirm, by its label.
import { useSignal } from "@preact/signals";
import { call, Problem, type Device } from "../api";
import { t } from "../i18n";
import type { Home } from "../state/home";
import { can } from "../state/session";
import { tell } from "../state/toasts";
import { Button } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/fields";
import { Icon } from "../parts/Icon";
import { Say } from "../parts/Say";
import { useTask } from "../parts/useTask";
import { isLastOf, LAST } from "./serial";

const TRIES = 15;
const BETWEEN_MS = 2000;

/** As long as it is told no secrets, with the way out of it. */
export function TrustNote({ home }: { home: Home }) {
  if (home.device.value?.enrolment !== "quarantined") return null;
  const words = t().desk.trust;
  return (
    <div class="note tone-warn">
      <Icon name="alert" />
      <span>{words.note}</span>
      <span class="spring" />
      <Button label={words.label} reason={can("devices.enrol") ? null : words.forbidden} onPress={() => (home.dialog.value = "trust")} />
    </div>
  );
}

export function Trust({ home, close }: { home: Home; close: () => void }) {
  const words = t().desk.trust;
  const serial = home.device.value!.serial;
  const typed = useSignal("");
  const { busy, problem, run } = useTask();
  const callIt = () => void home.run("refresh", { set: "light" }).catch(() => undefined);
  // It is bound by a password of its own, which it has to have used once: it is called for that.
  const bind = async (tries: number): Promise<Device> => {
    try {
      return await call<Device>("PUT", `/devices/${home.id}/enrolment`, { enrolment: "bound" });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== "no_credential" || tries <= 1) throw problem;
      if (tries === TRIES) callIt();
      await new Promise((done) => setTimeout(done, BETWEEN_MS));
      return bind(tries - 1);
    }
  };
  const confirm = async () => {
    home.device.value = await bind(TRIES);
    callIt(); // what waits for it goes on with its next contact: now
  };
  const fits = isLastOf(typed.value, serial);
  return (
    <Dialog
      title={words.title}
      subtitle={serial}
      onClose={close}
      problem={problem}
      confirm={{ label: words.label, onConfirm: () => void run(confirm, () => (tell("ok", words.done), close())), busy, reason: fits ? null : words.type }}
    >
      <p>{words.why}</p>
      <Say text={words.say} onCopy={() => home.noteScript(words.say, "trust")} />
      <Field label={words.type} value={typed} maxLength={LAST} mono autofocus />
    </Dialog>
  );
}

// Behind a link that works once: the first administrator's account, or the password of somebody who was invited.
import { useSignal } from "@preact/signals";
import { Problem } from "../api";
import { t } from "../i18n";
import { useEffect } from "preact/hooks";
import { go } from "../router";
import { acceptInvitation, askSetup, setUp } from "../state/session";
import { Bones, ProblemNote } from "../parts/basic";
import { LanguageChoice } from "../parts/choices";
import { Field, Password } from "../parts/fields";
import { Mark } from "../parts/Icon";

// The key is read once and taken out of the address: nobody finds it in the history of the browser.
let key = "";

function takeKey(): string {
  if (location.hash.length > 1) {
    key = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  }
  return key;
}

function useForm(invited: boolean) {
  const fields = { name: useSignal(""), login: useSignal(""), password: useSignal(""), repeat: useSignal("") };
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy.value || fields.password.value !== fields.repeat.value) return;
    busy.value = true;
    problem.value = null;
    try {
      if (invited) await acceptInvitation(key, fields.password.value);
      else await setUp(key, fields.login.value.trim(), fields.name.value.trim(), fields.password.value);
      go("/", true);
    } catch (error) {
      const refused = error as Problem;
      problem.value = [401, 403, 404, 409, 410].includes(refused.status)
        ? new Problem(refused.status, refused.code, t().first.closed)
        : refused;
    }
    busy.value = false;
  };
  const isWrong = (field: string) => problem.value?.errors.some((error) => error.pointer === "/" + field);
  return { fields, busy, problem, send, isWrong };
}

function Form({ invited }: { invited: boolean }) {
  const { fields, busy, problem, send, isWrong } = useForm(invited);
  const words = t().first;
  const differs = fields.repeat.value !== "" && fields.repeat.value !== fields.password.value;
  return (
    <form onSubmit={send}>
      {!invited && <Field label={words.name} value={fields.name} autocomplete="name" autofocus required />}
      {!invited && <Field label={words.login} value={fields.login} hint={words.loginHint} error={isWrong("login") ? words.loginHint : undefined} autocomplete="username" required />}
      <Password
        label={words.password}
        value={fields.password}
        hint={words.passwordHint}
        error={isWrong("password") ? words.passwordHint : undefined}
        autocomplete="new-password"
        autofocus={invited}
        required
      />
      <Password label={words.repeat} value={fields.repeat} error={differs ? words.differs : undefined} autocomplete="new-password" required />
      <ProblemNote problem={problem.value} />
      <button class="button primary wide" type="submit" aria-disabled={busy.value || differs || undefined}>
        {invited ? words.accept : words.create}
      </button>
    </form>
  );
}

export function FirstAccess() {
  const words = t().first;
  const given = takeKey();
  const open = useSignal<boolean | null>(null);
  useEffect(() => void askSetup().then((is) => (open.value = is.open)), []);
  const invited = open.value === false; // somebody is there already: the link is an invitation
  return (
    <main class="front">
      <section class="front-card" aria-labelledby="first-title">
        <Mark />
        <h1 id="first-title">{invited ? words.invited : words.title}</h1>
        <p class="muted">{invited ? words.invitedHint : words.hint}</p>
        {given === "" && <p class="note tone-warn">{words.noKey}</p>}
        {given !== "" && (open.value === null ? <Bones lines={4} /> : <Form invited={invited} />)}
        <div class="front-foot">
          <LanguageChoice />
        </div>
      </section>
    </main>
  );
}

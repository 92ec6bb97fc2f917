// Who are you? The same words for a wrong user and a wrong password; a second step only where it is set up.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Problem, signedOut } from "../api";
import { duration } from "../format";
import { t } from "../i18n";
import { comeBack, goToCompany, takeReturn } from "../state/company";
import { askSetup, signIn } from "../state/session";
import { Mark, Icon } from "../parts/Icon";
import { Field, Password } from "../parts/fields";
import { LanguageChoice } from "../parts/choices";

function wordsOf(problem: Problem): string {
  const words = t().login;
  if (problem.status === 0) return words.noServer;
  if (problem.status === 429) return words.locked(duration(problem.retryAfter ?? 60));
  if (problem.status === 404) return words.notYet;
  return problem.status === 401 ? words.refused : problem.detail;
}

function Form() {
  const login = useSignal("");
  const password = useSignal("");
  const code = useSignal("");
  const second = useSignal(false);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const words = t().login;
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await signIn(login.value.trim(), password.value, second.value ? code.value.replace(/\s/g, "") : undefined);
    } catch (error) {
      const refused = error as Problem;
      if (refused.code === "code_required") second.value = true;
      else problem.value = refused;
      code.value = "";
    }
    busy.value = false;
  };
  return (
    <form onSubmit={send}>
      <Field label={words.user} value={login} autocomplete="username" autofocus required />
      <Password label={words.password} value={password} autocomplete="current-password" required />
      {second.value && (
        <Field label={words.code} value={code} hint={words.codeHint} autocomplete="one-time-code" inputmode="numeric" autofocus required />
      )}
      {problem.value && (
        <p class="note tone-bad" role="alert">
          <Icon name="alert" />
          <span>{wordsOf(problem.value)}</span>
        </p>
      )}
      <button class="button primary wide" type="submit" aria-disabled={busy.value || undefined}>
        {busy.value ? words.entering : words.enter} <kbd aria-hidden="true">⏎</kbd>
      </button>
    </form>
  );
}

/** The other way in, and the way back from there. */
function Company() {
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const words = t().login;
  const run = async (what: () => Promise<void>) => {
    busy.value = true;
    problem.value = null;
    try {
      await what();
    } catch (error) {
      problem.value = error as Problem;
      busy.value = false;
    }
  };
  useEffect(() => {
    const back = takeReturn();
    if (back) void run(() => comeBack(back)).then(() => (busy.value = false));
  }, []);
  return (
    <div class="stack">
      {problem.value && (
        <p class="note tone-bad" role="alert">
          <Icon name="alert" />
          <span>{problem.value.status === 0 ? words.noServer : problem.value.detail}</span>
        </p>
      )}
      <button class="button wide" type="button" aria-disabled={busy.value || undefined} onClick={() => !busy.value && void run(goToCompany)}>
        {busy.value ? words.entering : words.company}
      </button>
    </div>
  );
}

export function Login() {
  const first = useSignal(false);
  const company = useSignal(false);
  const words = t().login;
  useEffect(() => void askSetup().then((setup) => ((first.value = setup.open), (company.value = setup.provider))), []);
  return (
    <main class="front">
      <section class="front-card" aria-labelledby="login-title">
        <Mark />
        <h1 id="login-title">{words.title}</h1>
        {signedOut.value ? <p class="muted">{words.ended}</p> : <p class="muted">{words.subtitle}</p>}
        {first.value && <p class="note tone-warn">{words.first}</p>}
        <Form />
        {company.value && <Company />}
        <div class="front-foot">
          <LanguageChoice />
        </div>
      </section>
    </main>
  );
}

// What is one's own: the words and colours of the console, the password, and the code beside it.
import { useSignal } from "@preact/signals";
import { call, post, type Person, type RoleList, type TotpSecret } from "../../api";
import { when } from "../../format";
import { t } from "../../i18n";
import { a } from "../../i18n/admin";
import { shortcutsOn } from "../../state/language";
import { keepPreferences, me } from "../../state/session";
import { tell } from "../../state/toasts";
import { Button, Card, copyText, Empty, Pill, ProblemNote, Rows } from "../../parts/basic";
import { LanguageChoice, ThemeChoice } from "../../parts/choices";
import { Dialog } from "../../parts/Dialog";
import { Field, Password } from "../../parts/fields";
import { Qr } from "../../parts/Qr";
import { useLoad } from "../../parts/useLoad";
import { useTask } from "../../parts/useTask";
import { Loaded } from "./common";

function Looks() {
  const words = a().account;
  return (
    <Card title={words.looks}>
      <div class="stack">
        <LanguageChoice />
        <ThemeChoice />
        <label class="tick">
          <input type="checkbox" checked={shortcutsOn.value} onChange={(event) => ((shortcutsOn.value = event.currentTarget.checked), void keepPreferences())} />
          <span>{t().shortcuts.on}</span>
        </label>
      </div>
    </Card>
  );
}

function ChangePassword({ person }: { person: Person }) {
  const words = a().account;
  const fields = { old: useSignal(""), next: useSignal(""), repeat: useSignal("") };
  const task = useTask();
  const differs = fields.repeat.value !== "" && fields.repeat.value !== fields.next.value;
  const send = async (event: Event) => {
    event.preventDefault();
    if (differs || !fields.old.value || !fields.next.value || !fields.repeat.value) return;
    const done = await task.run(() => post("/me/password", { old: fields.old.value, new: fields.next.value }));
    if (!done) return;
    for (const field of Object.values(fields)) field.value = "";
    tell("ok", words.passwordChanged);
  };
  return (
    <Card title={words.password}>
      <p class="muted small below">{person.password_at ? words.passwordSince(when(person.password_at)) : ""}</p>
      <form onSubmit={(event) => void send(event)}>
        <Password label={words.oldPassword} value={fields.old} error={task.wrong("/old")} autocomplete="current-password" required />
        <Password label={words.newPassword} value={fields.next} hint={t().first.passwordHint} error={task.wrong("/new")} autocomplete="new-password" required />
        <Password label={t().first.repeat} value={fields.repeat} error={differs ? t().first.differs : undefined} autocomplete="new-password" required />
        <ProblemNote problem={task.problem} />
        <button class="button primary" type="submit" aria-disabled={task.busy || differs || undefined}>
          {words.changePassword}
        </button>
        <p class="field-note">{words.othersEnd}</p>
      </form>
    </Card>
  );
}

/** In groups of four, as apps want it typed. */
const grouped = (secret: string) => secret.replace(/(.{4})(?=.)/g, "$1 ");

function Begin({ secret, onClose, onDone }: { secret: TotpSecret; onClose: () => void; onDone: () => void }) {
  const words = a().account;
  const code = useSignal("");
  const task = useTask();
  const send = async () => {
    if (await task.run(() => post("/me/totp/confirm", { code: code.value }))) (tell("ok", words.totpOn), onDone());
    else code.value = "";
  };
  const reason = /^\d{6}$/.test(code.value) ? null : words.codeHint;
  return (
    <Dialog title={words.totpTitle} onClose={onClose} problem={task.problem} confirm={{ label: words.totpConfirm, onConfirm: () => void send(), busy: task.busy, reason }}>
      <div class="with-qr">
        <div>
          <ol class="steps">
            {words.totpSteps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <p class="small muted">{words.totpByHand}</p>
          <div class="once-box">
            <output class="mono" aria-label={words.totpSecret}>
              {grouped(secret.secret)}
            </output>
            <Button label={a().common.copy} icon="copy" onPress={() => void copyText(secret.secret, a().common.copied)} />
          </div>
        </div>
        <div class="qr-box">
          <Qr text={secret.uri} label={words.totpQr} />
        </div>
      </div>
      <Field label={words.code} value={code} inputmode="numeric" autocomplete="one-time-code" maxLength={6} error={task.wrong("/code")} hint={words.codeHint} autofocus mono />
    </Dialog>
  );
}

function End({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const words = a().account;
  const password = useSignal("");
  const task = useTask();
  const send = async () => {
    if (await task.run(() => call("DELETE", "/me/totp", { password: password.value }))) (tell("ok", words.totpOff), onDone());
  };
  return (
    <Dialog
      title={words.totpEnd}
      onClose={onClose}
      problem={task.problem}
      confirm={{ label: words.totpEnd, danger: true, onConfirm: () => void send(), busy: task.busy, reason: password.value ? null : words.oldPassword }}
    >
      <p>{words.totpEndHint}</p>
      <Password label={words.oldPassword} value={password} error={task.wrong("/password")} autocomplete="current-password" autofocus />
    </Dialog>
  );
}

/** Whose password is kept elsewhere. */
function PasswordElsewhere() {
  const words = a().account;
  return (
    <Card title={words.password}>
      <p>{words.passwordElsewhere}</p>
    </Card>
  );
}

function Totp({ person, again }: { person: Person; again: () => void }) {
  const words = a().account;
  const begun = useSignal<TotpSecret | null>(null);
  const ending = useSignal(false);
  const task = useTask();
  const begin = () => void task.run(async () => (begun.value = await post<TotpSecret>("/me/totp")));
  const done = () => ((begun.value = null), (ending.value = false), again());
  return (
    <Card title={words.totp} tools={<Pill tone={person.totp ? "ok" : "warn"}>{person.totp ? words.isOn : words.isOff}</Pill>}>
      <p class="below">{words.totpWhy}</p>
      <ProblemNote problem={task.problem} />
      <p class="row-tools">
        {person.totp ? (
          <Button label={words.totpEnd} reason={person.source === "local" ? null : words.totpEndElsewhere} onPress={() => (ending.value = true)} />
        ) : (
          <Button label={words.totpBegin} kind="primary" busy={task.busy} onPress={begin} />
        )}
      </p>
      {begun.value && <Begin secret={begun.value} onClose={() => (begun.value = null)} onDone={done} />}
      {ending.value && <End onClose={() => (ending.value = false)} onDone={done} />}
    </Card>
  );
}

function Mine({ person, again }: { person: Person; again: () => void }) {
  const words = a().account;
  const roles = useLoad<RoleList>("/roles");
  const title = roles.data?.data.find((role) => role.name === person.role)?.title ?? person.role;
  return (
    <div class="account-grid">
      <div class="stack">
        <Card title={person.name}>
          <Rows
            rows={[
              [a().people.login, person.login],
              [a().people.role, title],
              person.scope !== null && [words.scope, <code>{person.scope}</code>],
              [words.session, words.sessionUntil(when(person.session.expires_at), String(Math.round(person.session.idle_s / 60)))],
              person.signed_in_at !== null && [a().people.signedIn, when(person.signed_in_at)],
            ]}
          />
        </Card>
        <Looks />
      </div>
      <div class="stack">
        {person.source !== "provider" && <Totp person={person} again={again} />}
        {person.source === "local" ? <ChangePassword key={person.password_at} person={person} /> : <PasswordElsewhere />}
      </div>
    </div>
  );
}

export function Account() {
  const words = a().account;
  const { data, problem, again } = useLoad<Person>(me.value?.kind === "user" ? "/me" : null);
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{words.title}</h1>
        <span class="spring" />
        <a class="button quiet" href="/administracao/auditoria">
          {words.whatIDid}
        </a>
      </div>
      {me.value?.kind === "user" ? (
        <Loaded data={data} problem={problem} again={again}>
          {(person) => <Mine person={person} again={again} />}
        </Loaded>
      ) : (
        <>
          <Empty icon="person" text={words.noPerson} />
          <Looks />
        </>
      )}
    </main>
  );
}

// Who signs in: invited by a link that is shown once, with one role each; disabled, never deleted, since what they did stays theirs.
import { useSignal } from "@preact/signals";
import { patch, post, query, remove, type RoleList, type User } from "../../api";
import { ago, when } from "../../format";
import { a } from "../../i18n/admin";
import { me } from "../../state/session";
import { tell } from "../../state/toasts";
import { Button, Empty, Pill, Rows, type Tone } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Choice, Field } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { useTask } from "../../parts/useTask";
import { Loaded, OnceShown, TableOf } from "./common";
import { useList } from "./useList";

const TONES: Record<User["state"], Tone> = { active: "ok", invited: "info", disabled: "unknown" };

const titles = (roles: RoleList | null) => Object.fromEntries((roles?.data ?? []).map((role) => [role.name, role.title]));

function Invite({ roles, onClose }: { roles: RoleList; onClose: () => void }) {
  const words = a().people;
  const fields = { login: useSignal(""), name: useSignal(""), role: useSignal("l1") };
  const made = useSignal<User | null>(null);
  const task = useTask();
  const send = async () => {
    const order = { login: fields.login.value.trim(), name: fields.name.value.trim(), role: fields.role.value };
    await task.run(async () => (made.value = await post<User>("/users", order)));
  };
  if (made.value)
    return (
      <Dialog title={words.invited(made.value.name)} onClose={onClose}>
        <OnceShown label={words.link} text={made.value.invitation!} hint={words.linkHint} />
      </Dialog>
    );
  const missing = fields.login.value.trim() && fields.name.value.trim() ? null : words.missing;
  return (
    <Dialog title={words.invite} onClose={onClose} problem={task.problem} confirm={{ label: words.makeLink, onConfirm: () => void send(), busy: task.busy, reason: missing }}>
      <Field label={words.name} value={fields.name} maxLength={100} autofocus />
      <Field label={words.login} value={fields.login} maxLength={64} hint={words.loginHint} error={task.wrong("/login") && words.loginHint} />
      <Choice label={words.role} value={fields.role} choices={titles(roles)} />
    </Dialog>
  );
}

/** What can be done to somebody; each is one press, and says what it does before it is pressed. */
function Deeds({ user, done }: { user: User; done: (user: User) => void }) {
  const words = a().people;
  const task = useTask();
  const sure = useSignal<"reset" | "disable" | "totp" | null>(null);
  const isMe = me.value?.id === user.id;
  const isLocal = user.source === "local";
  const act = (what: () => Promise<User>, said: string) =>
    void task.run(async () => {
      done(await what());
      sure.value = null;
      tell("ok", said);
    });
  const deeds = {
    reset: { label: words.reset, text: words.resetHint, run: () => act(() => post<User>(`/users/${user.id}/reset`), words.wasReset) },
    disable: { label: words.disable, text: words.disableHint, run: () => act(() => patch<User>("/users/" + user.id, { disabled: true }), words.wasDisabled) },
    totp: { label: words.dropTotp, text: words.dropTotpHint, run: () => act(() => remove<User>(`/users/${user.id}/totp`), words.totpDropped) },
  };
  const asked = sure.value && deeds[sure.value];
  return (
    <div class="stack">
      <div class="row-tools">
        {user.state !== "disabled" && isLocal && <Button label={words.reset} reason={isMe ? words.notMyself : null} onPress={() => (sure.value = "reset")} />}
        {user.locked_until !== null && <Button label={words.unlock} busy={task.busy} onPress={() => act(() => post<User>(`/users/${user.id}/unlock`), words.wasUnlocked)} />}
        {user.totp && <Button label={words.dropTotp} reason={isMe ? words.notMyself : null} onPress={() => (sure.value = "totp")} />}
        {user.state === "disabled" ? (
          <Button label={words.enable} busy={task.busy} onPress={() => act(() => patch<User>("/users/" + user.id, { disabled: false }), words.wasEnabled)} />
        ) : (
          <Button label={words.disable} reason={isMe ? words.notMyself : null} onPress={() => (sure.value = "disable")} />
        )}
      </div>
      {asked && (
        <div class="note tone-warn">
          <span>{asked.text}</span>
          <Button label={asked.label} kind="danger" busy={task.busy} onPress={asked.run} />
        </div>
      )}
      {task.problem && <p class="note tone-bad" role="alert">{task.problem.detail || a().common.failed}</p>}
    </div>
  );
}

function Edit({ user, roles, onClose, onChanged }: { user: User; roles: RoleList; onClose: () => void; onChanged: () => void }) {
  const words = a().people;
  const shown = useSignal(user);
  const name = useSignal(user.name);
  const role = useSignal(user.role);
  const task = useTask();
  const changed = (next: User) => ((shown.value = next), onChanged());
  const isMe = me.value?.id === user.id;
  const isLocal = user.source === "local";
  const isSame = name.value.trim() === shown.value.name && role.value === shown.value.role;
  const save = async () => {
    const done = await task.run(async () => changed(await patch<User>("/users/" + user.id, { name: name.value.trim(), ...(isMe ? {} : { role: role.value }) })));
    if (done) (tell("ok", words.saved), onClose());
  };
  return (
    <Dialog
      title={shown.value.name}
      subtitle={shown.value.login}
      onClose={onClose}
      problem={task.problem}
      confirm={isLocal ? { label: words.save, onConfirm: () => void save(), busy: task.busy, reason: isSame ? words.nothingChanged : name.value.trim() ? null : words.missing } : undefined}
    >
      {isLocal && <Field label={words.name} value={name} maxLength={100} />}
      {!isLocal ? <p class="field-note">{words.ofDirectory}</p> : isMe ? <p class="field-note">{words.ownRole}</p> : <Choice label={words.role} value={role} choices={titles(roles)} />}
      <Rows
        rows={[
          [words.state, words.states[shown.value.state]],
          [words.source, words.sources[shown.value.source]],
          !isLocal && [words.role, titles(roles)[shown.value.role] ?? shown.value.role],
          [words.created, `${when(shown.value.created_at)} · ${shown.value.created_by ?? (isLocal ? words.byFirst : words.byEntering)}`],
          [words.signedIn, shown.value.signed_in_at ? when(shown.value.signed_in_at) : words.never],
          shown.value.link_until !== null && [words.linkUntil, when(shown.value.link_until)],
          shown.value.locked_until !== null && [words.lockedUntil, when(shown.value.locked_until)],
          shown.value.disabled_at !== null && [words.disabledAt, `${when(shown.value.disabled_at)} · ${shown.value.disabled_by}`],
        ]}
      />
      {shown.value.invitation && <OnceShown label={words.link} text={shown.value.invitation} hint={words.linkHint} />}
      <Deeds user={shown.value} done={changed} />
    </Dialog>
  );
}

function Row({ user, title, onOpen }: { user: User; title: string; onOpen: () => void }) {
  const words = a().people;
  return (
    <tr>
      <td>
        <button type="button" class="link" onClick={onOpen}>
          {user.name}
        </button>
        <span class="muted small"> {user.login}</span>
        {user.source !== "local" && <Pill tone="info">{words.sources[user.source]}</Pill>}
      </td>
      <td>{title}</td>
      <td>
        <Pill tone={TONES[user.state]}>{words.states[user.state]}</Pill>
        {user.locked_until && <Pill tone="warn">{words.locked}</Pill>}
      </td>
      <td>{user.totp ? <Pill tone="ok">{words.withTotp}</Pill> : <span class="muted">{words.withoutTotp}</span>}</td>
      <td>{user.seen_at ? ago(user.seen_at) : <span class="muted">{words.never}</span>}</td>
    </tr>
  );
}

export function People() {
  const words = a().people;
  const part = useSignal("");
  const asked = useSignal("");
  const list = useList<User>("/users" + query({ part: asked.value, limit: 50 }));
  const roles = useLoad<RoleList>("/roles");
  const inviting = useSignal(false);
  const open = useSignal<User | null>(null);
  const names = titles(roles.data);
  const find = (event: Event) => (event.preventDefault(), (asked.value = part.value.trim()));
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <span class="spring" />
        <Button label={words.invite} icon="person" kind="primary" reason={roles.data ? null : a().common.wait} onPress={() => (inviting.value = true)} />
      </div>
      <form class="filter-row" role="search" onSubmit={find}>
        <Field label={words.find} value={part} maxLength={64} />
        <button type="submit" class="button">
          {words.search}
        </button>
      </form>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="person" text={words.none} />
          ) : (
            <TableOf label={words.title} head={[words.name, words.role, words.state, words.totp, words.seen]}>
              {rows.map((user) => (
                <Row key={user.id} user={user} title={names[user.role] ?? user.role} onOpen={() => (open.value = user)} />
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
      {inviting.value && roles.data && <Invite roles={roles.data} onClose={() => ((inviting.value = false), void list.again())} />}
      {open.value && roles.data && <Edit user={open.value} roles={roles.data} onClose={() => (open.value = null)} onChanged={() => void list.again()} />}
    </>
  );
}

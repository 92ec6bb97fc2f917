// Tokens for programs: shown once, named, ended by a date; a token has a role, or single capabilities.
import { useSignal } from "@preact/signals";
import { post, query, remove, type RoleList, type Token } from "../../api";
import { ago, when } from "../../format";
import { a } from "../../i18n/admin";
import { tell } from "../../state/toasts";
import { Button, Empty, Pill, type Tone } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Choice, Field, Segments } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { useTask } from "../../parts/useTask";
import { DAY_MS, Loaded, OnceShown, TableOf } from "./common";
import { Capabilities } from "./Capabilities";
import { useList } from "./useList";

const TONES: Record<Token["state"], Tone> = { active: "ok", expired: "warn", revoked: "unknown" };

function endOf(days: string): string | null {
  return days === "never" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
}

function Make({ roles, onClose }: { roles: RoleList; onClose: () => void }) {
  const words = a().tokens;
  const name = useSignal("");
  const by = useSignal("role");
  const role = useSignal("provisioning");
  const chosen = useSignal<string[]>([]);
  const days = useSignal("90");
  const made = useSignal<Token | null>(null);
  const task = useTask();
  const send = () =>
    void task.run(async () => {
      const what = by.value === "role" ? { role: role.value } : { capabilities: chosen.value };
      made.value = await post<Token>("/tokens", { name: name.value.trim(), ...what, expires_at: endOf(days.value) });
    });
  if (made.value)
    return (
      <Dialog title={words.made(made.value.name)} onClose={onClose}>
        <OnceShown label={words.token} text={made.value.token!} hint={words.onceHint} />
      </Dialog>
    );
  const reason = !name.value.trim() ? words.noName : by.value === "single" && chosen.value.length === 0 ? words.noCapability : null;
  return (
    <Dialog title={words.make} onClose={onClose} wide problem={task.problem} confirm={{ label: words.make, onConfirm: send, busy: task.busy, reason }}>
      <Field label={words.name} value={name} hint={words.nameHint} maxLength={100} autofocus />
      <Choice label={words.expires} value={days} choices={words.lives} />
      <Segments label={words.may} value={by} choices={{ role: words.byRole, single: words.single }} />
      {by.value === "role" ? (
        <Choice label={words.role} value={role} choices={Object.fromEntries(roles.data.map((one) => [one.name, one.title]))} />
      ) : (
        <Capabilities label={words.single} roles={roles.data} chosen={chosen.value} onChange={(names) => (chosen.value = names)} />
      )}
    </Dialog>
  );
}

function Revoke({ token, onClose }: { token: Token; onClose: () => void }) {
  const words = a().tokens;
  const task = useTask();
  const send = () => void task.run(() => remove("/tokens/" + token.id)).then((done) => done && (tell("ok", words.wasRevoked), onClose()));
  return (
    <Dialog title={words.revokeTitle(token.name)} onClose={onClose} problem={task.problem} confirm={{ label: words.revoke, danger: true, onConfirm: send, busy: task.busy }}>
      <p>{words.revokeHint}</p>
    </Dialog>
  );
}

function Row({ token, title, onRevoke }: { token: Token; title: string; onRevoke: () => void }) {
  const words = a().tokens;
  const end = token.state === "revoked" ? `${when(token.revoked_at!)} · ${token.revoked_by}` : token.expires_at ? when(token.expires_at) : words.neverEnds;
  return (
    <tr>
      <td>
        {token.name}
        <div class="muted small">{[when(token.created_at), token.created_by ?? words.atServer].join(" · ")}</div>
      </td>
      <td title={token.capabilities.join(", ")}>{token.role ? title : words.count(token.capabilities.length)}</td>
      <td>
        <Pill tone={TONES[token.state]}>{words.states[token.state]}</Pill>
      </td>
      <td>{end}</td>
      <td>{token.last_used_at ? ago(token.last_used_at) : <span class="muted">{words.never}</span>}</td>
      <td class="right">{token.state === "active" && <Button label={words.revoke} kind="quiet" onPress={onRevoke} />}</td>
    </tr>
  );
}

export function Tokens() {
  const words = a().tokens;
  const state = useSignal("active");
  const list = useList<Token>("/tokens" + query({ limit: 50, state: state.value === "all" ? null : state.value }));
  const roles = useLoad<RoleList>("/roles");
  const making = useSignal(false);
  const revoking = useSignal<Token | null>(null);
  const titles = Object.fromEntries((roles.data?.data ?? []).map((role) => [role.name, role.title]));
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <Segments label={words.state} value={state} choices={{ active: words.states.active, all: words.all }} />
        <span class="spring" />
        <Button label={words.make} icon="plug" kind="primary" reason={roles.data ? null : a().common.wait} onPress={() => (making.value = true)} />
      </div>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="plug" text={words.none} hint={words.noneHint} />
          ) : (
            <TableOf label={words.title} head={[words.name, words.may, words.state, words.until, words.used, ""]}>
              {rows.map((token) => (
                <Row key={token.id} token={token} title={titles[token.role ?? ""] ?? token.role ?? ""} onRevoke={() => (revoking.value = token)} />
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
      {making.value && roles.data && <Make roles={roles.data} onClose={() => ((making.value = false), void list.again())} />}
      {revoking.value && <Revoke token={revoking.value} onClose={() => ((revoking.value = null), void list.again())} />}
    </>
  );
}

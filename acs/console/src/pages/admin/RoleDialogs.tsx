// Copies of roles: made from a built-in one, changed, and deleted once nobody has them.
import type { Signal } from "@preact/signals";
import { patch, post, remove } from "../../api";
import { a } from "../../i18n/admin";
import { settings } from "../../i18n/settings";
import { Dialog } from "../../parts/Dialog";
import { Choice, Field } from "../../parts/fields";
import { Capabilities, EVERYBODYS, type Role } from "./Capabilities";
import { DraftNote, plain, useDrafts, useSaving, Warning } from "./settings";

interface DialogProps {
  roles: Role[];
  again: () => Promise<unknown>;
  onClose: () => void;
}

const rightsOf = (role: Role | undefined) => (role?.capabilities ?? []).filter((name) => name !== EVERYBODYS);
/** As a draft keeps it. */
const written = (names: string[]) => [...names].sort().join(" ");
const read = (text: string) => text.split(" ").filter(Boolean);

/** "N1 da noite" as the server takes a name: "n1-da-noite". */
const nameOf = (title: string) => plain(title).replace(/[^a-z0-9]+/g, "-").replace(/^[^a-z]+|-+$/g, "").slice(0, 32);

export function Copy({ roles, again, onClose }: DialogProps) {
  const words = a().roles;
  const names = ["role.new.from", "role.new.title", "role.new.may"];
  const originals = roles.filter((role) => role.built_in);
  const drafts = useDrafts(names, [originals[0]!.name, "", ""]);
  const saving = useSaving(names, again, onClose);
  const [from, title, may] = drafts.fields as [Signal<string>, Signal<string>, Signal<string>];
  const original = rightsOf(originals.find((role) => role.name === from.value));
  // What was ticked is kept as what differs: another original begins anew with the same changes.
  const changes = read(may.value);
  const chosen = [...original.filter((name) => !changes.includes(name)), ...changes.filter((name) => !original.includes(name))];
  const name = nameOf(title.value);
  const choose = (next: string[]) => (may.value = written([...original.filter((one) => !next.includes(one)), ...next.filter((one) => !original.includes(one))]));
  const order = { name, title: title.value.trim(), copy_of: from.value, capabilities: chosen };
  const taken = roles.some((role) => role.name === name);
  const reason = !order.title ? words.noTitle : !name ? words.noName : taken ? words.taken : null;
  return (
    <Dialog
      title={words.copy}
      onClose={onClose}
      wide
      problem={saving.problem}
      confirm={{ label: words.make, busy: saving.busy, reason, onConfirm: () => saving.send(() => post("/roles", order, { once: true }), words.made) }}
    >
      <DraftNote {...drafts} />
      {saving.isOld && <Warning>{words.taken}</Warning>}
      <div class="pair">
        <Field label={words.name} value={title} maxLength={100} autofocus hint={name ? words.known(name) : words.nameHint} error={taken ? words.taken : undefined} />
        <Choice label={words.from} value={from} choices={Object.fromEntries(originals.map((role) => [role.name, role.title]))} />
      </div>
      <Capabilities label={words.rights} roles={roles} chosen={chosen} original={original} onChange={choose} />
    </Dialog>
  );
}

export function Edit({ role, roles, again, onClose }: DialogProps & { role: Role }) {
  const words = a().roles;
  const names = [`role.${role.name}.title`, `role.${role.name}.may`];
  const drafts = useDrafts(names, [role.title, written(rightsOf(role))]);
  const saving = useSaving(names, again, onClose);
  const chosen = read(drafts.fields[1]!.value);
  const title = drafts.fields[0]!.value.trim();
  const send = () => saving.send(() => patch("/roles/" + role.name, { title, capabilities: chosen }, { revision: role.revision! }), words.saved);
  const reason = !drafts.changed ? settings().nothingChanged : title ? null : words.noTitle;
  return (
    <Dialog
      title={words.edit(role.title)}
      subtitle={words.copyOf(roles.find((one) => one.name === role.copy_of)?.title ?? role.copy_of!)}
      onClose={onClose}
      wide
      problem={saving.problem}
      confirm={{ label: settings().save, onConfirm: send, busy: saving.busy, reason }}
    >
      <DraftNote {...drafts} />
      {saving.isOld && <Warning>{words.conflict}</Warning>}
      {role.users + role.tokens > 0 && <p class="field-note">{words.countsAtOnce(role.users, role.tokens)}</p>}
      <Field label={words.name} value={drafts.fields[0]!} maxLength={100} />
      <Capabilities
        label={words.rights}
        roles={roles}
        chosen={chosen}
        original={rightsOf(roles.find((one) => one.name === role.copy_of))}
        onChange={(next) => (drafts.fields[1]!.value = written(next))}
      />
    </Dialog>
  );
}

export function Delete({ role, again, onClose }: DialogProps & { role: Role }) {
  const words = a().roles;
  const saving = useSaving([], again, onClose);
  const send = () => saving.send(() => remove("/roles/" + role.name, { revision: role.revision! }), words.wasDeleted);
  const held = role.users + role.tokens > 0 ? words.held(role.users, role.tokens) : null;
  return (
    <Dialog
      title={words.deleteTitle(role.title)}
      onClose={onClose}
      problem={saving.problem}
      confirm={{ label: words.delete, danger: true, busy: saving.busy, reason: held, onConfirm: send }}
    >
      {saving.isOld && !held && <Warning>{words.conflict}</Warning>}
      <p>{held ?? words.deleteHint}</p>
    </Dialog>
  );
}

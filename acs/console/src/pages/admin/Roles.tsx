// What each role may, in plain words: read from the server, so that it says what holds, not what somebody once wrote down.
import { useSignal } from "@preact/signals";
import type { RoleList } from "../../api";
import { number } from "../../format";
import { a } from "../../i18n/admin";
import { can } from "../../state/session";
import { Button } from "../../parts/basic";
import { useLoad } from "../../parts/useLoad";
import { groupsOf, type Role } from "./Capabilities";
import { Loaded, TableOf } from "./common";
import { Copy, Delete, Edit } from "./RoleDialogs";


function Cell({ has }: { has: boolean }) {
  return (
    <td class="matrix-cell">
      {has ? <span class="tone-ok">✓</span> : <span class="muted">–</span>}
      <span class="unseen">{has ? a().roles.may : a().roles.mayNot}</span>
    </td>
  );
}

function Group({ title, rows, roles }: { title: string; rows: Array<[string, string]>; roles: Role[] }) {
  return (
    <tbody>
      <tr>
        <th colSpan={roles.length + 1} scope="colgroup" class="matrix-group">
          {title}
        </th>
      </tr>
      {rows.map(([name, text]) => (
        <tr key={name}>
          <th scope="row" title={name}>
            {text}
          </th>
          {roles.map((role) => (
            <Cell key={role.name} has={role.capabilities.includes(name)} />
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function Matrix({ roles }: { roles: Role[] }) {
  const words = a().roles;
  return (
    <div class="card flush">
      <div class="scroll matrix-box" tabIndex={0} role="region" aria-label={words.title}>
        <table class="matrix">
          <thead>
            <tr>
              <td />
              {roles.map((role) => (
                <th key={role.name} scope="col" title={role.copy_of ? words.copyOf(role.copy_of) : role.name}>
                  {role.title}
                </th>
              ))}
            </tr>
          </thead>
          {groupsOf(roles).map(({ title, rights }) => (
            <Group key={title} title={title} rows={rights} roles={roles} />
          ))}
        </table>
      </div>
    </div>
  );
}

type Window = ["copy", null] | ["edit" | "delete", Role];

/** The roles of this house: few, and the only ones that can be changed. */
function Copies({ roles, open }: { roles: Role[]; open: (window: Window) => void }) {
  const words = a().roles;
  const copies = roles.filter((role) => !role.built_in);
  const titleOf = (name: string | null) => roles.find((role) => role.name === name)?.title ?? name;
  if (copies.length === 0) return null;
  return (
    <TableOf label={words.copies} head={[words.copies, words.from, { right: words.people }, { right: words.tokens }, ""]}>
      {copies.map((role) => (
        <tr key={role.name}>
          <td>
            <button type="button" class="link" onClick={() => open(["edit", role])}>
              {role.title}
            </button>
            <span class="muted small mono"> {role.name}</span>
          </td>
          <td>{titleOf(role.copy_of)}</td>
          <td class="right">{number(role.users, 0)}</td>
          <td class="right">{number(role.tokens, 0)}</td>
          <td class="right">
            <Button label={words.delete} kind="quiet" onPress={() => open(["delete", role])} />
          </td>
        </tr>
      ))}
    </TableOf>
  );
}

export function Roles() {
  const words = a().roles;
  const { data, problem, again } = useLoad<RoleList>("/roles");
  const open = useSignal<Window | null>(null);
  const close = () => ((open.value = null), again());
  const window = open.value;
  // As it is now: what somebody else has saved meanwhile is in the list, not in what was pressed.
  const role = window?.[1] && (data?.data.find((one) => one.name === window[1]!.name) ?? window[1]);
  const props = { roles: data?.data ?? [], again, onClose: close };
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="muted">{words.hint}</p>
        <span class="spring" />
        {can("users.manage") && <Button label={words.copy} icon="copy" kind="primary" reason={data ? null : a().common.wait} onPress={() => (open.value = ["copy", null])} />}
      </div>
      <Loaded data={data} problem={problem} again={again}>
        {({ data: roles }) => (
          <>
            {can("users.manage") && <Copies roles={roles} open={(next) => (open.value = next)} />}
            <Matrix roles={roles} />
          </>
        )}
      </Loaded>
      {window?.[0] === "copy" && <Copy {...props} />}
      {window?.[0] === "edit" && role && <Edit role={role} {...props} />}
      {window?.[0] === "delete" && role && <Delete role={role} {...props} />}
    </>
  );
}

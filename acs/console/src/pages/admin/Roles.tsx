// What each role may, in plain words: read from the server, so that it says what holds, not what somebody once wrote down.
import type { RoleList } from "../../api";
import { a } from "../../i18n/admin";
import { useLoad } from "../../parts/useLoad";
import { Loaded } from "./common";

type Role = RoleList["data"][number];

export interface RightGroup {
  title: string;
  rights: Array<[name: string, text: string]>;
}

/** The rights that some role has, in groups. What this console has no words for is shown by its name, in a group of its own. */
export function groupsOf(roles: Role[]): RightGroup[] {
  const known = new Set(roles.flatMap((role) => role.capabilities));
  known.delete("me.read");
  const groups = Object.values(a().capabilities).map((group) => ({ title: group.title, rights: Object.entries<string>(group.of).filter(([name]) => known.has(name)) }));
  const told = new Set(groups.flatMap((group) => group.rights.map(([name]) => name)));
  const others = [...known].filter((name) => !told.has(name)).map((name): [string, string] => [name, name]);
  return others.length ? [...groups, { title: a().roles.others, rights: others }] : groups;
}

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

export function Roles() {
  const words = a().roles;
  const { data, problem, again } = useLoad<RoleList>("/roles");
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="muted">{words.hint}</p>
      </div>
      <Loaded data={data} problem={problem} again={again}>
        {({ data: roles }) => (
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
        )}
      </Loaded>
    </>
  );
}

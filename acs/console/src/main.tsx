// Where it begins: who is there decides what is shown.
import { render } from "preact";
import { me, meProblem, whoAmI } from "./state/session";
import { signedOut } from "./api";
import { path } from "./router";
import { t, wordsAreThere } from "./i18n";
import { Bones, ProblemNote } from "./parts/basic";
import { later } from "./parts/later";
import { Login } from "./pages/Login";
import { Shell } from "./pages/Shell";
import "./state/language";

// Once in the life of an account.
const FirstAccess = later(() => import("./rest").then((all) => all.FirstAccess));

function App() {
  document.title = "Farol";
  if (path.value === "/primeiro-acesso") return <FirstAccess />;
  if (me.value) return <Shell />;
  if (me.value === null || signedOut.value) return <Login />;
  return (
    <main class="front" aria-label={t().app.loading}>
      <div class="front-card">
        {meProblem.value ? <ProblemNote problem={meProblem.value} onRetry={() => void whoAmI()} /> : <Bones lines={4} />}
      </div>
    </main>
  );
}

void whoAmI();
await wordsAreThere();
render(<App />, document.getElementById("app")!);

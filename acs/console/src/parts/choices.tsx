// Language and theme.
import { language, theme, type Language, type Theme } from "../state/language";
import { t } from "../i18n";
import { keepPreferences } from "../state/session";

interface SelectProps<T extends string> {
  label: string;
  value: T;
  choices: Record<T, string>;
  onChoose: (value: T) => void;
}

function Select<T extends string>({ label, value, choices, onChoose }: SelectProps<T>) {
  return (
    <label class="plain-select">
      <span>{label}</span>
      <select onChange={(event) => (onChoose(event.currentTarget.value as T), void keepPreferences())}>
        {(Object.entries(choices) as Array<[T, string]>).map(([name, words]) => (
          <option key={name} value={name} selected={name === value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

export function LanguageChoice() {
  return (
    <Select<Language> label={t().app.language} value={language.value} choices={t().app.languages} onChoose={(value) => (language.value = value)} />
  );
}

export function ThemeChoice() {
  return <Select<Theme> label={t().app.theme} value={theme.value} choices={t().app.themes} onChoose={(value) => (theme.value = value)} />;
}

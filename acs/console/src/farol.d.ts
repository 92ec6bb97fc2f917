// What the build and young browsers add to the language.
declare const WORKER_URL: string;

interface TrustedTypePolicy {
  createScriptURL(url: string): URL;
}
interface Window {
  trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): TrustedTypePolicy;
  };
}

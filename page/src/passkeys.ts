/** Passkeys in the browser: what the server asks, what an authenticator answers. */

/** Can this browser make and use passkeys here? At a number instead of a name none can. */
export function able(): boolean {
  return (
    typeof PublicKeyCredential === "function" &&
    "parseRequestOptionsFromJSON" in PublicKeyCredential &&
    globalThis.isSecureContext &&
    !/^[\d.]+$|:/.test(location.hostname)
  );
}

type Options = Record<string, unknown>;
type Made = Record<string, unknown>;

/** A new passkey for what the server asks. */
export async function make(options: Options): Promise<Made> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return written(await navigator.credentials.create({ publicKey }));
}

/** What a passkey signs for what the server asks. */
export async function sign(options: Options): Promise<Made> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return written(await navigator.credentials.get({ publicKey }));
}

function written(found: Credential | null): Made {
  if (!(found instanceof PublicKeyCredential)) throw new DOMException("", "NotAllowedError");
  return found.toJSON() as unknown as Made;
}

/** The message for what went wrong in the browser; empty: it was not the browser. */
export function faultOf(fault: unknown): string {
  const name = fault instanceof DOMException ? fault.name : "";
  if (name === "InvalidStateError") return "page-passkey-there";
  return name ? "page-passkey-none" : "";
}

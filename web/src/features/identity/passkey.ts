import { Problem } from "@/api/problem";

type Options = Record<string, unknown>;

/** Whether this browser can make and use passkeys. */
export const hasPasskeys = () => typeof PublicKeyCredential !== "undefined" && "parseCreationOptionsFromJSON" in PublicKeyCredential;

/** The browser's answer as JSON. A person who closes its window gave no answer, which is no mistake: undefined. */
async function answer(ask: () => Promise<Credential | null>): Promise<Options | undefined> {
  try {
    const credential = (await ask()) as PublicKeyCredential | null;
    return credential?.toJSON() as Options | undefined;
  } catch (error) {
    if (error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name)) return undefined;
    if (error instanceof DOMException && error.name === "InvalidStateError")
      throw new Problem({ status: 409, type: "/problems/passkey-known" });
    throw error;
  }
}

export const makePasskey = (options: Options) =>
  answer(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON),
    }),
  );

export const askPasskey = (options: Options) =>
  answer(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON),
    }),
  );

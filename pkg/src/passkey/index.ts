/**
 * Keys for encrypted collections from passkeys, by the PRF extension of WebAuthn (Level 3): the authenticator makes the same 32 bytes of
 * the same salt each time its owner agrees, and nothing else can.
 */

import { LeafcutterError } from "../errors.js";

/** How a passkey is made. */
export interface PasskeyOptions {
  /** Shown by the browser: the name of the site or application. */
  site: string;
  /** Shown by the browser: who it is for. */
  user: string;
}

/** What a collection's key is made of. All keys of a passkey are of this one salt, lest it be lost. */
const SALT = "leafcutter encryption key";

/**
 * Makes a passkey that can make keys. To be called from a click or a key press.
 *
 * @returns Its id, to be kept: by it {@link passkeyKey} asks for this one. It is no secret.
 * @throws LeafcutterError `passkey` if the reader declines, or neither browser nor authenticator has the PRF extension.
 */
export function createPasskey({ site, user }: PasskeyOptions): Promise<Uint8Array<ArrayBuffer>> {
  return withPasskeyErrors(async () => {
    const extensions = { prf: {} };
    const credential = (await navigator.credentials.create({
      publicKey: {
        challenge: random(),
        rp: { name: site },
        user: { id: random(), name: user, displayName: user },
        // ES256 and RS256, which between them every authenticator has.
        pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        extensions,
      },
    })) as PublicKeyCredential;
    if (!credential.getClientExtensionResults().prf?.enabled)
      throw new Error("this passkey cannot make keys (no PRF extension)");
    return new Uint8Array(credential.rawId);
  });
}

/**
 * The key of 32 bytes that a passkey makes, for `encryption: { key }` and `unlock({ key })`. To be called from a click or a key press.
 *
 * @param id - What {@link createPasskey} gave.
 * @throws LeafcutterError `passkey` if the reader declines, or the passkey is not to be had.
 */
export function passkeyKey(id: BufferSource): Promise<Uint8Array<ArrayBuffer>> {
  return withPasskeyErrors(async () => {
    const extensions = { prf: { eval: { first: new TextEncoder().encode(SALT) } } };
    const credential = (await navigator.credentials.get({
      publicKey: {
        challenge: random(),
        allowCredentials: [{ type: "public-key", id }],
        userVerification: "required",
        extensions,
      },
    })) as PublicKeyCredential;
    const first = credential.getClientExtensionResults().prf?.results?.first;
    if (!first) throw new Error("the passkey made no key (no PRF extension)");
    return new Uint8Array(first as ArrayBuffer);
  });
}

async function withPasskeyErrors<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const advice = "try again, or use a passphrase";
    throw new LeafcutterError("passkey", `no key from a passkey: ${(error as Error).message}; ${advice}`, {
      cause: error,
    });
  }
}

const random = () => crypto.getRandomValues(new Uint8Array(32));

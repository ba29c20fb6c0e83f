/** Badges of the server are verified by a library that shares no code with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const shared = JSON.parse(readFileSync(join(import.meta.dirname, '../../tests/shared/badge.json'), 'utf8'));
/** In a variable, so that the types can be checked without the library. */
const library = 'jose';
const jose = await import(/* @vite-ignore */ library).catch(() => null);
if (jose === null) console.warn('skipped: jose is not installed; run npm ci');

const options = { algorithms: ['EdDSA'], issuer: 'did:web:class.example.org', typ: 'JWT' };

describe.skipIf(jose === null)('jose', () => {
  it('verifies badge and status list with the published keys', async () => {
    const keys = jose.createLocalJWKSet(shared.keys);
    const { payload, protectedHeader } = await jose.jwtVerify(shared.badge, keys, options);
    expect(protectedHeader.kid).toBe(shared.did.assertionMethod[0]);
    expect(payload.type).toEqual(['VerifiableCredential', 'OpenBadgeCredential']);
    expect(payload.credentialSubject.licenseNumber).toBe('ZP202000101330001236');

    const status = payload.credentialStatus;
    const list = await jose.jwtVerify(shared.list, keys, options);
    expect(list.payload.id).toBe(status.statusListCredential);
    const bits = gunzipSync(Buffer.from(list.payload.credentialSubject.encodedList.slice(1), 'base64url'));
    const index = Number(status.statusListIndex);
    expect(bits.length).toBe(131_072 / 8);
    expect((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))).not.toBe(0);
    expect(bits.filter((byte) => byte !== 0).length).toBe(1);
  });

  it('verifies with the key of the DID, and with no other', async () => {
    const key = await jose.importJWK(shared.did.verificationMethod[0].publicKeyJwk, 'EdDSA');
    await expect(jose.jwtVerify(shared.badge, key, options)).resolves.toBeDefined();
    const other = await jose.generateKeyPair('EdDSA');
    await expect(jose.jwtVerify(shared.badge, other.publicKey, options)).rejects.toThrow('signature');
  });

  it('finds whose badge it is by name and salt', async () => {
    const { payload } = await jose.jwtVerify(shared.badge, jose.createLocalJWKSet(shared.keys), options);
    const [identity] = payload.credentialSubject.identifier;
    const text = new TextEncoder().encode(shared.name + identity.salt);
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', text)).toString('hex');
    expect(identity.identityHash).toBe(`sha256$${hash}`);
  });
});

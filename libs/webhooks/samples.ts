/** A program that verifies one message, in one language. CI runs each. */
export interface Sample {
  readonly language: 'typescript' | 'python' | 'java' | 'go' | 'shell';
  readonly title: string;
  readonly file: string;
  /** How it is run here: the raw body comes by standard input, secret and headers by the environment. */
  readonly run: readonly string[];
  readonly code: string;
}

const typescript = String.raw`import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

type Headers = { id: string; timestamp: string; signature: string };

/** Throws unless the message is from Isthmus and fresh. body is the raw bytes, before any parsing. */
export function verify(secret: string, h: Headers, body: Buffer): void {
  if (Math.abs(Date.now() / 1000 - Number(h.timestamp)) > 300) throw new Error('too old, or the clock is wrong');
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(h.id + '.' + h.timestamp + '.').update(body).digest();
  for (const one of h.signature.split(' ')) {
    const [version, value] = one.split(',');
    const given = Buffer.from(value ?? '', 'base64');
    if (version === 'v1' && given.length === mac.length && timingSafeEqual(given, mac)) return;
  }
  throw new Error('the signature is wrong');
}

const { SECRET, ID, TIMESTAMP, SIGNATURE } = process.env as Record<string, string>;
verify(SECRET, { id: ID, timestamp: TIMESTAMP, signature: SIGNATURE }, readFileSync(0));
console.log('ok');
`;

const python = String.raw`import base64, hashlib, hmac, os, sys, time


def verify(secret: str, msg_id: str, timestamp: str, signature: str, body: bytes) -> None:
    """Raises unless the message is from Isthmus and fresh. body is the raw bytes, before any parsing."""
    if abs(time.time() - int(timestamp)) > 300:
        raise ValueError("too old, or the clock is wrong")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = msg_id.encode() + b"." + timestamp.encode() + b"." + body
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    for one in signature.split(" "):
        version, _, value = one.partition(",")
        if version == "v1" and hmac.compare_digest(value, mac):
            return
    raise ValueError("the signature is wrong")


e = os.environ
verify(e["SECRET"], e["ID"], e["TIMESTAMP"], e["SIGNATURE"], sys.stdin.buffer.read())
print("ok")
`;

const java = String.raw`import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Verify {
  /** Throws unless the message is from Isthmus and fresh. body is the raw bytes, before any parsing. */
  static void verify(String secret, String id, String timestamp, String signature, byte[] body) throws Exception {
    if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > 300)
      throw new SecurityException("too old, or the clock is wrong");
    byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    String expected = Base64.getEncoder().encodeToString(mac.doFinal(body));
    for (String one : signature.split(" ")) {
      String[] parts = one.split(",", 2);
      if (parts.length == 2 && parts[0].equals("v1")
          && MessageDigest.isEqual(parts[1].getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8)))
        return;
    }
    throw new SecurityException("the signature is wrong");
  }

  public static void main(String[] args) throws Exception {
    var e = System.getenv();
    verify(e.get("SECRET"), e.get("ID"), e.get("TIMESTAMP"), e.get("SIGNATURE"), System.in.readAllBytes());
    System.out.println("ok");
  }
}
`;

const go = String.raw`package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// Verify returns an error unless the message is from Isthmus and fresh. body is the raw bytes, before any parsing.
func Verify(secret, id, timestamp, signature string, body []byte) error {
	at, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return err
	}
	if age := time.Now().Unix() - at; age > 300 || age < -300 {
		return errors.New("too old, or the clock is wrong")
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := []byte(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, one := range strings.Split(signature, " ") {
		parts := strings.SplitN(one, ",", 2)
		if len(parts) == 2 && parts[0] == "v1" && hmac.Equal([]byte(parts[1]), expected) {
			return nil
		}
	}
	return errors.New("the signature is wrong")
}

func main() {
	body, _ := io.ReadAll(os.Stdin)
	if err := Verify(os.Getenv("SECRET"), os.Getenv("ID"), os.Getenv("TIMESTAMP"), os.Getenv("SIGNATURE"), body); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}
`;

const shell = String.raw`#!/bin/sh
# For the terminal, and to see how it is done. Not for a server: the key stands in the list of processes for a moment,
# and texts are compared letter by letter. The raw body comes by standard input, before any parsing.
set -eu

age=$(($(date +%s) - TIMESTAMP))
if [ "$age" -gt 300 ] || [ "$age" -lt -300 ]; then
  echo 'too old, or the clock is wrong' >&2
  exit 1
fi
key=$(printf '%s' "${'$'}{SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' 
')
mac=$({ printf '%s.%s.' "$ID" "$TIMESTAMP"; cat; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
for one in $SIGNATURE; do
  if [ "$one" = "v1,$mac" ]; then
    echo ok
    exit 0
  fi
done
echo 'the signature is wrong' >&2
exit 1
`;

export const SAMPLES: readonly Sample[] = [
  {
    language: 'typescript',
    title: 'TypeScript (Node)',
    file: 'verify.ts',
    run: ['node', 'verify.ts'],
    code: typescript,
  },
  { language: 'python', title: 'Python', file: 'verify.py', run: ['python3', 'verify.py'], code: python },
  { language: 'java', title: 'Java', file: 'Verify.java', run: ['java', 'Verify.java'], code: java },
  { language: 'go', title: 'Go', file: 'verify.go', run: ['go', 'run', 'verify.go'], code: go },
  { language: 'shell', title: 'Shell (openssl)', file: 'verify.sh', run: ['sh', 'verify.sh'], code: shell },
];

/** How personal data is shown to whoever has not asked for it with a reason. Enough to recognise, too little to use. */
export const mask = {
  /** 王小明 → 王**; John Smith → J*** S****. */
  name(name: string | null): string | null {
    if (name === null || name === '') return name;
    if (/\p{Script=Han}/u.test(name)) return [...name][0] + '*'.repeat(Math.max(1, [...name].length - 1));
    return name.replaceAll(/(\p{L})(\p{L}*)/gu, (_all, first: string, rest: string) => first + '*'.repeat(rest.length));
  },
  /** +8613812345678 → +86138****5678. */
  phone(phone: string): string {
    return phone.length < 8 ? '*'.repeat(phone.length) : `${phone.slice(0, -8)}****${phone.slice(-4)}`;
  },
  /** li.lei@example.com → l***@example.com. */
  email(email: string): string {
    const at = email.indexOf('@');
    return at < 1 ? '***' : `${email[0]}***${email.slice(at)}`;
  },
  /** 310101198001011234 → 310***********1234. */
  key(key: string): string {
    return key.length < 6
      ? '*'.repeat(key.length)
      : `${key.slice(0, 3)}${'*'.repeat(Math.max(1, key.length - 6))}${key.slice(-3)}`;
  },
  /** Addresses and long numbers inside a text that somebody else wrote, such as a target's answer. */
  text(text: string): string {
    return text
      .replaceAll(/[^\s"'<>:;,()@]+@[^\s"'<>:;,()]+/g, (found) => mask.email(found))
      .replaceAll(/(?<![\w-])\+?\d{9,}[Xx]?(?![\w-])/g, (found) => mask.key(found));
  },
  day(day: string | null): string | null {
    return day === null ? null : `${day.slice(0, 4)}-**-**`;
  },
};

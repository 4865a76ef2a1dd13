// What the server should know at the next page: appearance, folded menu, density.
export function keep(name, value) {
  const life = value ? 31536000 : 0;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `yunheng_${name}=${value}; Path=/; Max-Age=${life}; SameSite=Lax${secure}`;
}

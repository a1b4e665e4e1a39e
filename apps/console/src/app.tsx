export function App() {
  return <h1>Isthmus 连岛</h1>;
}

// A style sheet imported as text: Vite does it in the tests, asset_magic/page/module.py in the module that is sent.
declare module "*.css?raw" {
  const css: string;
  export default css;
}

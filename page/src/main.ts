import { mount } from "svelte";
import App from "./App.svelte";
import Programmes from "./Programmes.svelte";
import "./app.css";

const target = document.getElementById("app");
const several = document.documentElement.dataset["programmes"] === "several";
if (target) mount(several ? Programmes : App, { target });

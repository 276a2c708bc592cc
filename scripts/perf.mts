import { inceptionV4 } from "../src/models/inception-v4.ts";
import { compileTraining } from "../src/compile/program.ts";
import { bind } from "../src/compile/5-bind.ts";
import { lastFrozenBoundary } from "../src/compile/1-partition.ts";
import { openProgram } from "../src/runtime/session.ts";
import { learningOf, parseUnfreeze } from "../src/models/unfreeze.ts";
import { networkParameters } from "../src/models/parameters.ts";
import { initialParameters } from "../src/models/initial-parameters.ts";
async function main(){
const batch=16;
const head={classes:10,hidden:[],dropout:0};
const width=1;
const infos=networkParameters(width,head);
for (const spec of process.argv[2]!.split(";")) {
const learns=new Set([...learningOf(parseUnfreeze(spec)).parameters,"last_linear.weight","last_linear.bias"]);
const net=inceptionV4({width,batch,size:[299,299],image:"preprocessed",head});
const b=lastFrozenBoundary(net,learns);
const prog=compileTraining(net,{boundary:b,dtype:"float32"},learns);
const names=new Set(prog.graph.nodes.flatMap(n=>n.op==="parameter"?[n.attributes.name]:[]));
const params=new Map([...initialParameters(infos.filter(i=>names.has(i.name)),1)].map(([n,t])=>[n,t.values]));
const frozen=new Map([...params].filter(([n])=>!learns.has(n)));
const {program,constants}=bind(prog,frozen);
const n=b.value.type.shape.reduce((a,c)=>a*c,1);
const x=new Float32Array(n).map((_, i)=>Math.abs(Math.sin(i*0.37)));
const targets=new Float32Array(batch*10).map((_, i)=>i%10===Math.floor(i/10)%10?1/batch:0);
const given:any={activations:x,image:x,targets,...Object.fromEntries(params)};
for (const m of [false,true]) {
const t0=performance.now();
const s=await openProgram(program,{constants,threads:2,matrixConvolutions:m});
const open=performance.now()-t0;
const feeds=Object.fromEntries(s.inputs.map(i=>[i.name,given[i.name]]));
const ts:number[]=[];
for(let r=0;r<8;r++){const t=performance.now(); await s.run(feeds); ts.push(performance.now()-t);}
ts.sort((a,b)=>a-b);
console.log(spec,b.name,m?"matrix":"direct","open",open|0,"ms; step median",ts[4]!|0,"ms =",(batch*1000/ts[4]!).toFixed(1),"img/s, best",(batch*1000/ts[0]!).toFixed(1));
await s.release();
}}}
main();

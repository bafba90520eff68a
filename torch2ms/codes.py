"""The finding codes: what each one means, why it exists, and what to do by hand.

`T2M` and three digits; the hundreds are families. A number is never reused for another meaning. `Code` is a type, so
that mypy refuses a code without a page here; what users write (`code:` in a table) is checked by `is_code`.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeGuard

Code: TypeAlias = Literal[
    "T2M101",
    "T2M102",
    "T2M103",
    "T2M104",
    "T2M105",
    "T2M106",
    "T2M107",
    "T2M201",
    "T2M202",
    "T2M203",
    "T2M204",
    "T2M205",
    "T2M206",
    "T2M207",
    "T2M301",
    "T2M302",
    "T2M303",
    "T2M304",
    "T2M305",
    "T2M306",
    "T2M307",
    "T2M308",
    "T2M401",
    "T2M402",
    "T2M403",
    "T2M404",
    "T2M405",
    "T2M501",
    "T2M601",
    "T2M602",
    "T2M603",
    "T2M604",
    "T2M605",
    "T2M606",
    "T2M607",
    "T2M608",
    "T2M701",
    "T2M702",
    "T2M703",
    "T2M801",
    "T2M901",
    "T2M902",
    "T2M903",
    "T2M904",
    "T2M905",
    "T2M906",
    "T2M907",
    "T2M908",
    "T2M909",
    "T2M910",
]

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "1": "names and imports",
        "2": "API mapping",
        "3": "defaults and semantics",
        "4": "autograd, optimizer, training loop",
        "5": "data",
        "6": "weights",
        "7": "device and distributed",
        "8": "graph mode",
        "9": "reading and writing",
    }
)


@dataclass(frozen=True, slots=True)
class CodePage:
    """The page of one code. `before` and `after` show the change by hand, where there is one to show."""

    code: Code
    title: str
    what: str
    why: str
    by_hand: str
    before: str = ""
    after: str = ""

    @property
    def family(self) -> str:
        """The name of the code's family."""
        return FAMILIES[self.code[3]]

    @property
    def way_forward(self) -> str:
        """What to do by hand, as part of a sentence."""
        text = self.by_hand.removesuffix(".").replace(". ", "; ")
        return text[0].lower() + text[1:]


def _table(*pages: CodePage) -> Mapping[Code, CodePage]:
    table = {page.code: page for page in pages}
    if len(table) != len(pages):
        raise ValueError("a code is defined twice")
    return MappingProxyType(table)


CODES: Mapping[Code, CodePage] = _table(
    # 1 names and imports
    CodePage(
        "T2M101",
        "imported name without a counterpart",
        "A name imported from torch has no counterpart in MindSpore. The import and its uses stay.",
        "Removing the import would leave its uses dangling.",
        "Replace what the name is used for, then delete the import.",
        "from torch.fx import symbolic_trace",
        "# remove: MindSpore compiles with @ms.jit instead",
    ),
    CodePage(
        "T2M102",
        "torch import still needed",
        "An import of torch is still needed. It moves into the functions that need it; where the file needs it when it "
        "is imported, it stays at the top. What the file only keeps then, such as a base class, comes from a helper.",
        "Some uses of torch could not be converted. Without torch the file imports, and these raise ImportError.",
        "Resolve the other findings of the file, then delete the import.",
    ),
    CodePage(
        "T2M103",
        "star import",
        "`from torch... import *` makes names that cannot be seen in the file.",
        "Only names the tables know can be attributed to the star import; any other may come from elsewhere.",
        "Import by name before converting.",
        "from torch.nn import *",
        "from torch.nn import Conv2d, Linear",
    ),
    CodePage(
        "T2M104",
        "dynamic access",
        "An attribute of torch is looked up by a computed name.",
        "Which function is meant is known only when the program runs.",
        "Write the possible functions out, for example in a dict.",
        "act = getattr(torch, name)(x)",
        "act = {'relu': ops.relu, 'sigmoid': ops.sigmoid}[name](x)",
    ),
    CodePage(
        "T2M105",
        "name clash",
        "The usual MindSpore name is already taken in this file, so another spelling is used.",
        "An import under the usual name would shadow a name of yours.",
        "Nothing to do, or rename your own variable and convert again.",
        "ops = []; y = torch.relu(x)",
        "ops = []; y = ms.ops.relu(x)",
    ),
    CodePage(
        "T2M106",
        "a model of torchvision stays",
        "A class or function of torchvision.models is used as it is called there; the file is converted around it.",
        "torchvision's models are plain modules: converted by torch2ms they are Cells, as this file then expects. "
        "Beside the original torchvision the file does not run.",
        "Convert the source of torchvision's models too, and let the import find the result first.",
        "from torchvision.models.resnet import ResNet",
        "# $ torch2ms convert site-packages/torchvision -o converted/torchvision",
    ),
    CodePage(
        "T2M107",
        "package for torch",
        "A function or class of a package is called that computes with the tensors of torch and knows no others.",
        "It raises an error when it is given a tensor of MindSpore.",
        "Convert the package's source too, use a port of it, or write what it computes with ops of MindSpore.",
        "y = kornia.color.rgb_to_grayscale(x)",
        "y = (x * Tensor([0.299, 0.587, 0.114]).reshape(3, 1, 1)).sum(-3, keepdims=True)",
    ),
    # 2 API mapping
    CodePage(
        "T2M201",
        "no counterpart in MindSpore",
        "This torch API has no equivalent in MindSpore. The code stays as it was.",
        "No MindSpore API, and no short helper, computes the same.",
        "Compose it from functions of mindspore.ops.",
    ),
    CodePage(
        "T2M202",
        "argument not supported",
        "The API has a counterpart, but not for this argument or this value of it.",
        "Leaving the argument out would change the result without an error.",
        "Drop the argument if it has no effect for you, or compute its effect separately.",
        "torch.add(a, b, out=c)",
        "c = ops.add(a, b)",
    ),
    CodePage(
        "T2M203",
        "arguments cannot be bound",
        "The arguments of the call cannot be matched to torch's parameters.",
        "They come as `*args` or `**kwargs`, or they do not fit torch's signature.",
        "Write the arguments out by name.",
        "nn.Conv2d(3, 8, **kw)",
        "nn.Conv2d(3, 8, kernel_size=kw['kernel_size'])",
    ),
    CodePage(
        "T2M204",
        "form cannot be told",
        "The API has several forms, and which one is meant depends on a value whose kind is unknown.",
        "The forms convert differently, and a guess could compute something else.",
        "Make the form visible: pass by keyword, or use the function that has only this form.",
        "y = torch.max(x, other)",
        "y = torch.maximum(x, other)",
    ),
    CodePage(
        "T2M205",
        "API not in the tables",
        "The tables hold no row for this torch API.",
        "torch2ms does not guess by similar names.",
        "Convert by hand, or give a row of your own with --mappings.",
    ),
    CodePage(
        "T2M206",
        "class or function used as a value",
        "A torch class or function is passed around rather than called.",
        "Its arguments change in the conversion, and the call that gives them is elsewhere.",
        "Pass a function of your own that builds the MindSpore layer.",
        "norm_layer = nn.BatchNorm2d",
        "norm_layer = lambda c: nn.BatchNorm2d(c, momentum=0.9)",
    ),
    CodePage(
        "T2M207",
        "wrong pattern",
        "einops refuses a pattern, or a reduction, as it is written here.",
        "The call raises an EinopsError in PyTorch too; what was meant cannot be told.",
        "Mend the pattern.",
        "rearrange(x, 'b n d -> b (n h)')",
        "rearrange(x, 'b n d -> b (n d)')",
    ),
    # 3 defaults and semantics
    CodePage(
        "T2M301",
        "condition not proven",
        "The code was converted, and is right under a condition that could not be proven from the source.",
        "The finding names the condition.",
        "Check the condition where the values are known.",
    ),
    CodePage(
        "T2M302",
        "adapted",
        "The code was converted, with a difference worth knowing.",
        "The numbers agree; something else (a shared buffer, a side effect, a type) does not.",
        "Read the note. Usually nothing is to be done.",
    ),
    CodePage(
        "T2M303",
        "in-place update of a view",
        "A view or a second name of a tensor is updated in place.",
        "In MindSpore the original does not see the update, or its gradient is wrong.",
        "Write to the original by index.",
        "v = x[0]\nv += 1",
        "x[0] = x[0] + 1",
    ),
    CodePage(
        "T2M304",
        "receiver unknown",
        "A method has a name that torch tensors know, but its receiver may be something else.",
        "Rewriting `cfg.max(3)` as a tensor method would break code that has nothing to do with torch. Methods that "
        "mean the same in MindSpore are left without a word.",
        "If it is a tensor, say so with an annotation (`x: torch.Tensor`) and convert again.",
        "def f(x):\n    return x.max(1)",
        "def f(x: torch.Tensor):\n    return x.max(1)",
    ),
    CodePage(
        "T2M305",
        "attribute absent on the Cell",
        "An attribute of a torch Module has no counterpart on the MindSpore Cell.",
        "Reading it would raise AttributeError.",
        "Keep the value in an attribute of your own when the layer is built.",
    ),
    CodePage(
        "T2M306",
        "parameter called differently",
        "A parameter of some layers has another name in MindSpore: a norm layer's `weight` is `gamma` there. "
        "The code reads such a name, as an attribute or in a string (`'bn.weight'`).",
        "Which layer is meant cannot be told, and strings are not rewritten, because they may mean anything.",
        "Use MindSpore's name where the layer is one of those.",
        "if 'running_mean' in name: ...",
        "if 'moving_mean' in name: ...",
    ),
    CodePage(
        "T2M307",
        "freezing works differently",
        "`requires_grad = False` only takes a parameter out of `trainable_params()`; it does not stop "
        "gradients. Where a file freezes parameters, functions that list them may return others.",
        "MindSpore computes gradients for the weights it is given, frozen or not.",
        "Give the optimizer and value_and_grad the trainable parameters only.",
        "p.requires_grad = False",
        "p.requires_grad = False  # and: optim.SGD(net.trainable_params(), ...)",
    ),
    CodePage(
        "T2M308",
        "dtype without a counterpart",
        "A function gets tensors of a dtype that MindSpore's counterpart does not take, or treats differently.",
        "torch's functions take most dtypes, and bring two of them to one.",
        "Cast the tensor to a dtype that the function takes, and what comes out back.",
        "mask.sort(dim=1)",
        "values, indices = mask.int().sort(1); values = values.bool()",
    ),
    # 4 autograd, optimizer, loop
    CodePage(
        "T2M401",
        "backward or step outside a recognised step",
        "`loss.backward()` or `optimizer.step()` is not part of a training step that could be recognised.",
        "MindSpore has no tape: gradients come from value_and_grad of a function, so the whole step is rewritten.",
        "Put the forward pass in a function and take its gradients.",
        "loss = criterion(net(x), y)\nloss.backward()\noptimizer.step()",
        "grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)\n"
        "loss, grads = grad_fn(x, y)\noptimizer(grads)",
    ),
    CodePage(
        "T2M402",
        "scheduler",
        "This learning rate scheduler has no equal in MindSpore.",
        "OneCycleLR and ChainedScheduler do not exist there, and CyclicLR gives other rates.",
        "Compute the rates and set the optimizer's learning rate per step.",
    ),
    CodePage(
        "T2M403",
        "reading .grad",
        "The code reads or writes `.grad` of a tensor.",
        "MindSpore's parameters hold no gradient; value_and_grad returns gradients as values.",
        "Use the gradients that value_and_grad returned.",
        "norm = p.grad.norm()",
        "loss, grads = grad_fn(x, y)\nnorm = ops.norm(grads[0])",
    ),
    CodePage(
        "T2M404",
        "no_grad",
        "A no_grad or similar context was left or removed.",
        "MindSpore records nothing outside value_and_grad, so the context is needed only inside a "
        "differentiated function.",
        "Inside a differentiated function, wrap the values in ops.stop_gradient.",
        "with torch.no_grad():\n    t = teacher(x)",
        "t = ops.stop_gradient(teacher(x))",
    ),
    CodePage(
        "T2M405",
        "parameters of the same name",
        "One optimizer gets the parameters of several modules, which may have the same names.",
        "MindSpore's optimizers raise where two parameters have the same name; a Cell names them after its attributes.",
        "Give each module a prefix before the optimizer is made, or put the modules into one Cell.",
        "optimizer = torch.optim.SGD([*a.parameters(), *b.parameters()], lr=0.1)",
        'a.update_parameters_name("a.")\nb.update_parameters_name("b.")\n'
        "optimizer = optim.SGD([*a.trainable_params(), *b.trainable_params()], lr=0.1)",
    ),
    # 5 data
    CodePage(
        "T2M501",
        "data loading",
        "This part of torch.utils.data was not converted, or works differently.",
        "mindspore.dataset covers datasets, samplers and loaders, but not every helper around them.",
        "Rewrite it with mindspore.dataset.",
    ),
    # 6 weights
    CodePage(
        "T2M601",
        "checkpoint",
        "A checkpoint is saved or loaded.",
        "MindSpore's format and parameter names differ; it cannot read a .pt file.",
        "Convert the weights once, then load them with mindspore.load_checkpoint.",
        "net.load_state_dict(torch.load('m.pt'))",
        "ms.load_param_into_net(net, ms.load_checkpoint('m.ckpt'))",
    ),
    CodePage(
        "T2M602",
        "names in a state_dict",
        "The code works on the keys of a state_dict.",
        "Some parameters have other names in MindSpore, such as `gamma` for a norm layer's `weight`.",
        "Use MindSpore's names in the keys.",
        "sd['bn.weight']",
        "sd['bn.gamma']",
    ),
    CodePage(
        "T2M603",
        "checkpoint cannot be read",
        "The file is no checkpoint of a known format, or it is damaged or truncated.",
        "Every size and place a checkpoint states is checked against the file before anything is written.",
        "Fetch or save the file again. Known are torch.save (old and new), safetensors, MindSpore's .ckpt, and the "
        "index of a checkpoint in shards.",
    ),
    CodePage(
        "T2M604",
        "checkpoint holds other objects",
        "The pickle of a torch checkpoint names a class or function, or holds a special kind of tensor.",
        "A pickle can run any code. It is read as data, never executed, and only tensors and plain containers are "
        "taken; anything else is refused by name.",
        "If you trust the file, load it with torch and save the weights alone.",
        "torch.save(model, 'model.pth')",
        "torch.save(model.state_dict(), 'model.pth')",
    ),
    CodePage(
        "T2M605",
        "no single state dict",
        "The checkpoint holds several dicts of tensors, or none.",
        "Which one is the model's cannot be told.",
        "Name it: --key state_dict, or --key ema.model for a nested one.",
    ),
    CodePage(
        "T2M606",
        "weights do not fit",
        "Checkpoint and model differ: names are missing or unexpected, or shapes or types differ.",
        "A parameter that is not loaded keeps its random values without an error.",
        "Check --source and --model (the number of classes, say). --drop leaves out what the model does not have.",
    ),
    CodePage(
        "T2M607",
        "type unknown to the target",
        "A tensor has an element type that the output format or its reader does not know.",
        "mindspore.load_checkpoint reads no complex and no 8-bit floating-point tensors, in either format.",
        "Convert these tensors to another type in torch, or leave them out with --drop.",
    ),
    CodePage(
        "T2M608",
        "model cannot be built",
        "The model of --source and --model could not be built in one of the frameworks.",
        "Names and layouts are taken from the model itself, so that both must be able to build it.",
        "Run the expression in torch first; convert the source and see whether findings are left.",
    ),
    # 7 device, distributed
    CodePage(
        "T2M701",
        "device",
        "The code chooses or queries a device.",
        "MindSpore places tensors by its context, not one by one.",
        "Set the device once.",
        "x = x.to('cuda:1')",
        "ms.set_device('GPU', 1)",
    ),
    CodePage(
        "T2M702",
        "distributed",
        "The code uses torch.distributed or a parallel wrapper.",
        "MindSpore distributes by a parallel context and communication operators, a design of its own.",
        "Rewrite it with mindspore.communication and mindspore.set_auto_parallel_context.",
    ),
    CodePage(
        "T2M703",
        "CPU kernel",
        "MindSpore's kernel for CPU computes something else than torch, in the case that the message names: it drops "
        "NaN, has no gradient, or reads beyond its input.",
        "What is written is right on Ascend and GPU, and nothing that reads as well is right everywhere. "
        "`--assume-device ascend` makes such sites notes. `scripts/kernel_sweep.py` shows what a version of MindSpore "
        "does.",
        "Where the program runs on a CPU, and the case can occur, write what the message says.",
    ),
    # 8 graph mode
    CodePage(
        "T2M801",
        "graph mode",
        "The converted code is right in PyNative mode and is not expected to compile in graph mode.",
        "Graph mode compiles a subset of Python and of the operators.",
        "Run it in PyNative mode, or keep this part outside the compiled function.",
    ),
    # 9 reading and writing
    CodePage(
        "T2M901",
        "syntax error",
        "The file is not valid Python 3, so it was not converted.",
        "Everything rests on a correct parse. Python 2 source is reported as such.",
        "Correct the line, or convert Python 2 source to Python 3 first.",
        "print 'loss', loss",
        "print('loss', loss)",
    ),
    CodePage(
        "T2M902",
        "undecodable",
        "The bytes of the file do not fit its encoding (UTF-8 unless declared).",
        "Reading them in another encoding would be a guess.",
        "Save the file as UTF-8, or declare its encoding in the first line.",
        after="# -*- coding: latin-1 -*-",
    ),
    CodePage(
        "T2M903",
        "output would not parse",
        "The converted text was not valid Python, so the file was left as it was.",
        "This is a defect of torch2ms; nothing broken is ever written.",
        "Report the file, and convert it by hand meanwhile.",
    ),
    CodePage(
        "T2M904",
        "broken table",
        "A mapping file cannot be read: the message gives file and line.",
        "Converting with half a table would give other results than asked for, so nothing is converted.",
        "Correct the entry; `torch2ms mappings check --mappings FILE` tells whether it is right.",
    ),
    CodePage(
        "T2M905",
        "empty file",
        "The file named is empty: there is nothing to convert.",
        "An empty file named by itself is most likely a mistake. Inside a folder it is simply carried over.",
        "Name the right file.",
    ),
    CodePage(
        "T2M906",
        "path missing or unreadable",
        "The path does not exist, or cannot be read.",
        "The other paths are converted all the same.",
        "Correct the path or its permissions.",
    ),
    CodePage(
        "T2M907",
        "internal error",
        "torch2ms failed on this file; the file was left as it was.",
        "This is a defect of torch2ms. The other files are not affected.",
        "Report the file and the message.",
    ),
    CodePage(
        "T2M908",
        "not Python source",
        "The file named is not Python source (a notebook, for example).",
        "Only .py source is converted.",
        "Export the notebook as a script first.",
    ),
    CodePage(
        "T2M909",
        "cannot be written",
        "The converted file could not be written; what was there before is unchanged.",
        "The folder is read-only, the disk is full, the file is write-protected, or the name is taken by something "
        "that is no regular file: a folder, a device, a pipe, a link out of the output.",
        "Correct the output path or its permissions. `-o -` is standard output.",
    ),
    CodePage(
        "T2M910",
        "output was edited",
        "A file of the output holds something that torch2ms has not written there, so it was left as it is; the others "
        "were written. With --merge: both you and the conversion changed the same lines, which now stand there between "
        "markers.",
        "What you changed by hand would be lost. The folder .torch2ms in the output remembers what was written.",
        "Convert again with --merge, which brings your changes and those of the conversion together, or with --force, "
        "which overwrites the file (`torch2ms undo` brings it back).",
    ),
)


def is_code(text: str) -> TypeGuard[Code]:
    """Whether a text is one of the codes."""
    return text in CODES


def nearest_code(text: str) -> Code | None:
    """The code that was meant most likely: of the family named, the one whose number is nearest."""
    text = text.upper()
    family = [code for code in CODES if code[:4] == text[:4]]
    if family and text[4:].isdecimal():
        return min(family, key=lambda code: abs(int(code[4:]) - int(text[4:])))
    return next((code for code in CODES if code in difflib.get_close_matches(text, CODES, n=1)), None)

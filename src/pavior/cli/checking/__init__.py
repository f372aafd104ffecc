"""`pavior check`: what is asked of it, what it looks at, and how the answer is told.

request      what was typed; `settling` adds what `pavior.yaml` says, with `exclusions`
looking      reads and asks: `source_files` finds stacks and manifests, `recognising` what nobody reads;
             `rendered_charts`, `kustomizations`, `standard_input`, `given_variables`: one kind of input each
narrowing    what is set `aside`: known before (`baseline`), or not `changed`
report       verdicts weighed with levels, and what nobody looked at; `ending` makes the exit status of it
telling      puts it where it is wanted: `people` with `excerpts`, or `formats` of `items` and `remarks`; `output`

Other questions than for a report, through `asking`: `explaining` one control, `repairing` by `fixing`, and `watching`;
how each is told stands in the module that ends in *-ed*.
"""

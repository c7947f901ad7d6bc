def compile_template(text): 
    def r(p,t): return text
    return r
